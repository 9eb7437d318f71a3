using MediatR;
using Npgsql;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.SharedRecord;

internal sealed class UnlockRecordHandler(NpgsqlDataSource database, RecordDoor door, AccessCodes codes, ICustomerEvents events, TimeProvider clock)
    : IRequestHandler<UnlockRecord, Outcome<UnlockResult>>
{
    public async Task<Outcome<UnlockResult>> Handle(UnlockRecord request, CancellationToken ct)
    {
        if (!(await door.OpenAsync(request.Visitor, request.Handle, tellsRevoked: false, ct)).Accepted(out var open, out var refusal)) return refusal;
        if (open.IsOpen) return new UnlockResult.AlreadyOpen();
        if (!AccessCodes.TryNormalize(request.Code, out var code)) return new UnlockResult.Malformed();

        var client = new CodeClient(
            codes.NameClient(ClientAddress.Counted(request.Visitor.Address)), open.Browser, BrowserTokens.HashOf(request.Visitor.KnownBrowserCookie));
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var result = await TryAsync(connection, new CodeTry(connection, open.Reached.Link.LinkNo, client), open, request.Visitor, code, ct);
        await transaction.CommitAsync(ct);
        return result;
    }

    private async Task<Outcome<UnlockResult>> TryAsync(NpgsqlConnection connection, CodeTry attempt, OpenDoor open, Visitor visitor, string code, CancellationToken ct)
    {
        // The link is read again under its lock: it may have been revoked, or its code rotated, a moment ago.
        var link = await attempt.LockAsync(ct);
        if (!link.IsActive) return RecordDoor.NotAvailable;
        var now = clock.GetUtcNow();
        var tries = await attempt.CountAsync(link.CodeVersion, now, ct);
        switch (CodeGate.Decide(tries, now))
        {
            case { Kind: CodeVerdictKind.Exhausted }:
                return new UnlockResult.Exhausted(open.Reached.Customer.VendorName);
            case { Kind: CodeVerdictKind.Wait, Seconds: var seconds }:
                return new UnlockResult.MustWait(seconds);
        }

        if (codes.Matches(open.Reached.Customer.Ledger.Environment, link.Handle, link.CodeVersion, code))
        {
            var opened = new UnlockResult.Opened(BrowserTokens.New(), BrowserTokens.New());
            await attempt.LetInAsync(
                link, open.Reached.Rule.Mark, open.Host, BrowserTokens.HashOf(opened.SessionCookie), BrowserTokens.HashOf(opened.KnownBrowserCookie), now, ct);
            await AccessLog.AddAsync(connection, open.VisitOf(visitor).ToRow() with { Tier = RecordDoor.NameOf(RecordTier.Inner) }, AccessKinds.Unlocked, now, ct);
            return opened;
        }

        await AccessLog.AddAsync(connection, open.VisitOf(visitor).ToRow(), AccessKinds.StepUpFailed, now, ct);
        if (tries.IsKnownBrowser) await attempt.CountOwnFailureAsync(ct);
        else await CountAsync(connection, attempt, open, link, now, ct);
        return new UnlockResult.Wrong();
    }

    private async Task CountAsync(NpgsqlConnection connection, CodeTry attempt, OpenDoor open, StoredLink link, DateTimeOffset now, CancellationToken ct)
    {
        var failures = await attempt.CountFailureAsync(link.CodeVersion, now, ct);
        if (!failures.IsTelling) return;
        var customer = open.Reached.Customer;
        var news = new StepUpFailedRepeatedly(
            customer.CustomerId, customer.Reference, customer.Ledger.VendorAccountId, open.Host, failures.Recent, failures.RecentSince, now, failures.Total,
            failures.Total >= CodeGate.Budget);
        await events.TellAsync(connection, customer.Ledger, news, now, ct);
    }
}
