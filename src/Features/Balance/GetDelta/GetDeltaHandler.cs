using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Balance;

internal sealed class GetDeltaHandler(RecordLookup records, LedgerDirectory ledgers, RecordIds ids, RecordViews views)
    : IRequestHandler<GetDelta, Outcome<RecordDetail>>
{
    public async Task<Outcome<RecordDetail>> Handle(GetDelta request, CancellationToken ct)
    {
        if (!ids.TryDecode(request.RecordId, out var ledgerNo, out var ledgerIndex)
            || await records.FindAsync(request.Caller.TenantId, request.Caller.Environment, ledgerNo, ledgerIndex, ct) is not { } stored)
            return Refusal.NotFound("No record has this id");

        var ledger = await ledgers.GetAsync(ledgerNo, ct);
        return new RecordDetail(views.Stored(ledger, stored), stored.Record.Metadata is { } text ? new RawJson(text) : null);
    }
}
