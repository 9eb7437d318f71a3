using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.SharedRecord;

internal sealed class CloseRecordHandler(RecordDoor door, SharedRecords records) : IRequestHandler<CloseRecord, Outcome<RecordClosed>>
{
    public async Task<Outcome<RecordClosed>> Handle(CloseRecord request, CancellationToken ct)
    {
        if (!(await door.OpenAsync(request.Visitor, request.Handle, tellsRevoked: false, ct)).Accepted(out var open, out var refusal)) return refusal;
        await records.CloseAsync(open.Reached.Link.LinkNo, open.Browser, ct);
        return new RecordClosed();
    }
}
