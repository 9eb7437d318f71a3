using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Balance;

internal sealed class CompareBalancesHandler(
    VendorAccounts vendorAccounts, ReplayStarts starts, ReplayReader replay, RecordLookup records, TimeProvider clock)
    : IRequestHandler<CompareBalances, Outcome<BalancesCompared>>
{
    public async Task<Outcome<BalancesCompared>> Handle(CompareBalances request, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var found = await vendorAccounts.CustomerToReadAsync(request.Caller, request.CustomerId!, request.VendorAccountId, ct, ReplayStarts.RefuseScope(request, now));
        if (!found.Accepted(out var customer, out var refusal)) return refusal;
        if (!(await starts.ResolveAsync(customer, request, now, ct)).Accepted(out var asked, out refusal)) return refusal;

        var (yours, theirs, window) = (request.YourBalance!.Value, request.TheirBalance!.Value, asked.Start.Window);
        var (read, divergences) = await replay.CompareAsync(customer, asked, [yours, theirs], ct);
        return new BalancesCompared
        {
            CustomerId = customer.CustomerId,
            CustomerReference = CustomerReferences.Reference(customer.Ledger.ReferenceKey, customer.CustomerId),
            VendorAccountId = customer.Ledger.VendorAccountId,
            ScopeMode = asked.Start.Mode,
            Period = window.AsPeriod()?.ToString(),
            StartDate = window.Start.ToDateTimeOffset(),
            EndDate = window.End.ToDateTimeOffset(),
            StartingCheckpoint = request.StartingCheckpoint,
            StartingCheckpointType = request.StartingCheckpoint is null ? null : request.StartingCheckpointType ?? "proofRoot",
            StartingBalance = request.StartingBalance,
            YourBalance = yours,
            TheirBalance = theirs,
            NetDelta = read.Totals.Net,
            DeltaCount = read.Totals.Count,
            PendingCount = read.Totals.PendingCount,
            FailedCount = read.Totals.FailedSeqs.Count,
            YourDivergence = await ShowAsync(customer, asked.Start, divergences[0], ct),
            TheirDivergence = await ShowAsync(customer, asked.Start, divergences[1], ct),
            Granularity = request.Granularity,
            Breakdown = read.Breakdown,
        };
    }

    private async Task<BalanceDivergence?> ShowAsync(CustomerRow customer, ReplayStart start, Divergence? divergence, CancellationToken ct)
    {
        if (divergence is null) return null;
        var first = divergence.NextSeq is { } seq
            ? (await records.RangeAsync(customer.Ledger.LedgerNo, customer.CustomerNo, seq, long.MaxValue, 1, newestFirst: false, ct)).FirstOrDefault()
            : null;
        return new BalanceDivergence(
            (first?.Record.AcceptedAt ?? start.Window.Start).ToDateTimeOffset(), start.Window.End.ToDateTimeOffset(), divergence.AfterSeq);
    }
}
