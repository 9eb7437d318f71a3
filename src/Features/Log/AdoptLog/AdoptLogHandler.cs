using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Log;

/// <summary>Changes the mark and nothing else; the sealer that finds mark and database in step lifts its own refusal.</summary>
internal sealed class AdoptLogHandler(Sealers sealers) : IRequestHandler<AdoptLog, Outcome<LogAdopted>>
{
    public async Task<Outcome<LogAdopted>> Handle(AdoptLog request, CancellationToken ct)
    {
        var sealer = sealers.For(request.Environment);
        var difference = await sealer.CompareAsync(ct);
        if (difference.Reason is null || !request.IsConfirmed)
            return new LogAdopted(difference.Reason, difference.MarkSize, difference.DatabaseSize, IsAdopted: false);
        if (await sealer.AdoptAsync(ct) is { } obstacle) return new Refusal(RefusalCode.Conflict, obstacle);

        // Crash window 1: the mark keeps the database's head, and the refusal still stands in the database. The sealer's next
        // look, within a second, finds the two in step and lifts it.
        return new LogAdopted(difference.Reason, difference.MarkSize, difference.DatabaseSize, IsAdopted: true);
    }
}
