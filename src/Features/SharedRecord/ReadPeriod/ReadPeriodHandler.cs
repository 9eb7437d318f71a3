using MediatR;
using Npgsql;
using PacSpace.Features.Account;
using PacSpace.Features.Display;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.SharedRecord;

internal sealed class ReadPeriodHandler(NpgsqlDataSource database, VendorAccounts vendorAccounts, RecordIds ids, LogReader log, PublicAddress address)
    : IRequestHandler<ReadPeriod, Outcome<PeriodRead>>
{
    public async Task<Outcome<PeriodRead>> Handle(ReadPeriod request, CancellationToken ct)
    {
        if (!(await vendorAccounts.CustomerToReadAsync(request.Caller, request.CustomerId, request.VendorAccountId, ct)).Accepted(out var customer, out var refusal))
            return refusal;
        string?[] filters = ["period", request.CheckpointId];
        var isOfThisList = Cursors.TryOpenNumber(request.Cursor, filters, out var after);

        var snapshot = new SnapshotBatch(database);
        var found = snapshot.Add(CheckpointLookup.Of(request.CheckpointId));
        var ascending = snapshot.Add(
            RecordLookup.OfCheckpoint(customer.Ledger.LedgerNo, customer.CustomerNo, request.CheckpointId, (after ?? 0) + 1, request.Limit + 1));
        await snapshot.AskAsync(ct);
        if (SeenPeriods.OrNull(customer, found.Value) is not { } period) return Refusal.CheckpointNotFound();
        if (!isOfThisList) return Refusal.Validation("cursor", "does not belong to this list");

        var rows = ascending.Value;
        var hasMore = rows.Count > request.Limit;
        if (hasMore) rows.RemoveAt(rows.Count - 1);

        var (tenant, recordedBy) = Identities.Of(customer.Ledger, period.RecordedBy);
        var (unit, root) = (period.Unit ?? customer.Unit, period.ProofRoot.To0x());
        return new PeriodRead
        {
            Tenant = tenant,
            RecordedBy = recordedBy,
            VendorAccountId = customer.Ledger.VendorAccountId,
            CustomerId = customer.CustomerId,
            CustomerReference = customer.Reference,
            Environment = customer.Ledger.Environment,
            Unit = unit,
            CheckpointId = period.CheckpointId,
            Period = period.Window.AsPeriod()?.ToString(),
            StartDate = period.Window.Start.ToDateTimeOffset(),
            EndDate = period.Window.End.ToDateTimeOffset(),
            RecordCount = period.RecordCount,
            NetDelta = period.Net.Value,
            TotalIncreases = period.Increases.Value,
            TotalDecreases = period.Decreases.Value,
            StartingBalance = period.Opening.Value,
            FinalBalance = period.Closing.Value,
            ProofRoot = root,
            LogOrigin = await log.OriginAsync(period.Environment, ct),
            LogIndex = period.LogIndex,
            TreeSize = period.TreeSize,
            ReceiptUrl = address.ReceiptPage(period.CheckpointId),
            VerificationApiUrl = address.VerificationApiUrl(root),
            VerifiedAt = period.VerifiedAt!.Value,
            Labels = new PeriodLabels(
                RecordWords.Total(period.Net.Value, unit), RecordWords.Records(period.RecordCount), RecordWords.ProofAvailable,
                RecordWords.RecordedBy(period.RecordedBy)),
            Records = rows.ConvertAll(row => RecordRow.Of(row, ids)),
            Limit = request.Limit,
            NextCursor = hasMore ? Cursors.Make(filters, rows[^1].Record.Seq) : null,
        };
    }
}
