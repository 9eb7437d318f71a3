using System.Globalization;
using MediatR;
using PacSpace.Evidence;
using PacSpace.Features.Account;
using PacSpace.Features.Balance;
using PacSpace.Features.Checkpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Customers;

internal sealed class GetCustomerHandler(
    VendorAccounts vendorAccounts, CustomerFiguresReader figuresReader, CoverageReader coverage, WindowReader windows, RecordLookup records, RecordViews views,
    TimeProvider clock) : IRequestHandler<GetCustomer, Outcome<CustomerRead>>
{
    /// <summary>More failed records than this are not told apart in the activity's filters.</summary>
    private const int MaxFailures = 10_000;

    public async Task<Outcome<CustomerRead>> Handle(GetCustomer request, CancellationToken ct)
    {
        if (!(await vendorAccounts.CustomerToReadAsync(request.Caller, request.CustomerId, request.VendorAccountId, ct)).Accepted(out var customer, out var refusal))
            return refusal;
        var period = request.Period is { } month && Period.TryParse(month, out var named) ? named : Period.Of(Timestamp.FromDateTimeOffset(clock.GetUtcNow()));
        string?[] filters =
            [request.Caller.TenantId, customer.Ledger.LedgerId, customer.CustomerId, request.DeltaPeriod ?? period.ToString(), request.Status?.ToUpperInvariant()];
        if (!Cursors.TryOpenNumber(request.DeltaCursor, filters, out var before)) return Refusal.Validation("deltaCursor", "does not belong to this list");

        var key = (customer.Ledger.LedgerNo, customer.CustomerNo);
        var figures = (await figuresReader.ReadAsync([key], CustomerMonth.Of(period), period.Window, ct))[key];
        var completed = (await coverage.CompletedAsync([key], ct))[key].ToList();
        var reference = CustomerReferences.Reference(customer.Ledger.ReferenceKey, customer.CustomerId);
        return new CustomerRead
        {
            CustomerId = customer.CustomerId,
            CustomerReference = reference,
            CustomerPartition = CustomerReferences.Partition(reference),
            VendorAccountId = customer.Ledger.VendorAccountId,
            Environment = customer.Ledger.Environment,
            TotalDeltas = figures.LatestSeq,
            CumulativeBalance = figures.VerifiedBalance,
            Period = period.ToString(),
            StartDate = period.Window.Start.ToDateTimeOffset(),
            EndDate = period.Window.End.ToDateTimeOffset(),
            RecordedThisPeriod = figures.RecordedInMonth,
            RecordedAmountThisPeriod = figures.AmountInMonth,
            VerifiedThisPeriod = figures.VerifiedInMonth,
            VerifiedThroughAt = VerifiedThrough.Of(completed)?.ToDateTimeOffset(),
            LatestCheckpoint = completed.MaxBy(k => k.CreatedAt)?.CheckpointId,
            LatestSequence = figures.LatestSeq,
            MostRecentActivePeriod = figures.LastAt is { } last ? Period.Of(Timestamp.FromDateTimeOffset(last)).ToString() : null,
            FirstActivityAt = figures.FirstAt,
            LastActivityAt = figures.LastAt,
            RecentActivity = await ActivityAsync(request, customer, figures, period, before, filters, ct),
        };
    }

    private async Task<CustomerActivity> ActivityAsync(
        GetCustomer request, CustomerRow customer, CustomerFigures figures, Period period, long? before, string?[] filters, CancellationToken ct)
    {
        var choice = await ChooseAsync(request, customer, figures, period, ct);
        var page = request.DeltaPage ?? 1;
        var seqs = choice.Page(before, (page - 1L) * request.DeltaLimit, request.DeltaLimit + 1);
        var hasMore = seqs.Count > request.DeltaLimit;
        if (hasMore) seqs = [.. seqs.Take(request.DeltaLimit)];
        return new CustomerActivity(
            await ItemsAsync(customer, seqs, ct), Pagination.Of(page, request.DeltaLimit, choice.Total), hasMore ? Cursors.Make(filters, seqs[^1]) : null);
    }

    private async Task<ActivityChoice> ChooseAsync(GetCustomer request, CustomerRow customer, CustomerFigures figures, Period period, CancellationToken ct)
    {
        var (ledgerNo, customerNo, status) = (customer.Ledger.LedgerNo, customer.CustomerNo, request.Status?.ToUpperInvariant());
        var edges = request.DeltaPeriod == "all"
            ? new WindowEdges(1, figures.LatestSeq, figures.LatestSeq)
            : await windows.EdgesAsync(ledgerNo, customerNo, period.Window, ct);
        if (status is null) return ActivityChoice.Of(edges.FirstSeq, edges.LastSeq, 0, [], null);

        var failures = await windows.FailuresAsync(ledgerNo, customerNo, edges.FirstSeq, edges.LastSeq, MaxFailures, ct);
        var lastSealed = await windows.LastSealedSeqAsync(ledgerNo, customerNo, ct);
        return ActivityChoice.Of(edges.FirstSeq, edges.LastSeq, lastSealed, [.. failures.Select(f => f.Seq)], status);
    }

    private async Task<IReadOnlyList<CustomerActivityItem>> ItemsAsync(CustomerRow customer, IReadOnlyList<long> seqs, CancellationToken ct)
    {
        if (seqs.Count == 0) return [];
        var (ledgerNo, customerNo, wanted) = (customer.Ledger.LedgerNo, customer.CustomerNo, seqs.ToHashSet());
        var span = seqs[0] - seqs[^1] + 1;
        var found = new List<RecordWithState>(seqs.Count);
        if (span <= 2L * seqs.Count + 100)
        {
            found.AddRange(await records.RangeAsync(ledgerNo, customerNo, seqs[^1], seqs[0], (int)span, newestFirst: true, ct));
        }
        else
        {
            // Failed records lie apart.
            foreach (var seq in seqs) found.AddRange(await records.RangeAsync(ledgerNo, customerNo, seq, seq, 1, newestFirst: true, ct));
        }

        return [.. found.Where(r => wanted.Contains(r.Record.Seq)).Select(r => Show(views.Stored(customer.Ledger, r)))];
    }

    private static CustomerActivityItem Show(RecordResult record) => new(
        record.RecordId, record.ReceiptId, record.ItemHash, record.SequenceNumber, record.Delta, record.Reason, record.ReferenceId, record.BalanceAfter,
        record.Status.ToLower(CultureInfo.InvariantCulture), record.State, record.AcceptedAt, record.AcceptedAt, record.VerifiedAt, record.VerificationReference);
}
