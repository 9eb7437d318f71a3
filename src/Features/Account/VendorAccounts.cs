using System.Collections.Concurrent;
using Npgsql;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Account;

/// <summary>The rules of vendor accounts (api-balance 1.12): which ledger a caller writes to, and where its reads look.</summary>
/// <remarks>
/// <para>An archived account takes no more records and checkpoints; reading goes on (api-dashboard 8), or its customers would lose what
/// was recorded for them.</para>
/// <para>How an account stands is believed for <see cref="BelievedFor"/>, so an archived account takes no more records, on any node,
/// after that time.</para>
/// </remarks>
internal sealed class VendorAccounts(NpgsqlDataSource database, LedgerDirectory ledgers, CustomerLookup customers, TimeProvider clock)
{
    public static readonly TimeSpan BelievedFor = TimeSpan.FromSeconds(5);

    private const string Field = "vendorAccountId";
    private const string UnknownAccount = "names no vendor account";
    private const int MaxRemembered = 20_000;

    private const string FindAccount = "SELECT archived_at IS NULL FROM vendor_accounts WHERE vendor_account_id = $1 AND tenant_id = $2";

    private const string FindLedgers = "SELECT vendor_account_id FROM ledgers WHERE tenant_id = $1 AND environment = $2 ORDER BY ledger_no";

    private readonly ConcurrentDictionary<(string TenantId, string VendorAccountId), (Standing Standing, long ReadAt)> _remembered = new();

    /// <summary>The ledger of an emit, a batch or a checkpoint; made when it is the first.</summary>
    public async ValueTask<Outcome<LedgerRef>> LedgerToWriteAsync(Caller caller, string? vendorAccountId, CancellationToken ct)
    {
        if (caller.IsMiddleware && vendorAccountId is null) return Required("vendorAccountId is required: a billing middleware records for one of its vendor accounts");
        if (await RefuseWriteAsync(caller, vendorAccountId, ct) is { } refusal) return refusal;
        return await ledgers.FindOrCreateAsync(caller.TenantId, caller.Environment, vendorAccountId, ct);
    }

    /// <summary>The ledgers that a list covers: the one asked for, else all of the caller's. Empty while nothing was recorded.</summary>
    public async ValueTask<Outcome<LedgersToRead>> LedgersToReadAsync(Caller caller, string? vendorAccountId, CancellationToken ct)
    {
        if (await RefuseAccountAsync(caller, vendorAccountId, ct) is { } refusal) return refusal;
        if (!caller.IsMiddleware || vendorAccountId is not null)
        {
            var one = await ledgers.FindAsync(caller.TenantId, caller.Environment, vendorAccountId, ct);
            return new LedgersToRead(one is null ? [] : [one]);
        }

        var found = new List<LedgerRef>();
        foreach (var account in await AccountsWithLedgersAsync(caller, ct))
        {
            if (await ledgers.FindAsync(caller.TenantId, caller.Environment, account, ct) is { } ledger) found.Add(ledger);
        }

        return new LedgersToRead(found);
    }

    /// <summary>The customer of a read, or of a post that is not a write. Without a vendor account it must exist under one only.</summary>
    /// <param name="scope">What stands against the scope that was asked with it: answered behind the vendor account and before there
    /// being no such customer (1.5).</param>
    public async ValueTask<Outcome<CustomerRow>> CustomerToReadAsync(
        Caller caller, string customerId, string? vendorAccountId, CancellationToken ct, Refusal? scope = null)
    {
        if (caller.Customer is { } own)
        {
            if (scope is not null) return scope;
            return (own.CustomerId, own.Ledger.VendorAccountId) == (customerId, vendorAccountId) ? own : Refusal.CustomerNotFound();
        }

        if (RefuseForm(caller, vendorAccountId, UnknownAccount) is { } form) return form;
        var found = await customers.FindAsync(caller.TenantId, caller.Environment, vendorAccountId, customerId, ct);

        // A customer found under the account says that the account is the tenant's, so only without one the account is looked for.
        if (found.Count == 0 && await RefuseAccountAsync(caller, vendorAccountId, ct) is { } refusal) return refusal;
        if (found.Count > 1) return Required("vendorAccountId is required: this customerId exists under several vendor accounts");
        if (scope is not null) return scope;
        return found.Count == 0 ? Refusal.CustomerNotFound() : found[0];
    }

    /// <summary>What stands against reading under the vendor account, before any customer is looked for.</summary>
    public ValueTask<Refusal?> RefuseAccountAsync(Caller caller, string? vendorAccountId, CancellationToken ct) =>
        RefuseAsync(caller, vendorAccountId, Standing.Archived, UnknownAccount, ct);

    /// <summary>What stands against a new record, checkpoint or host of the vendor account: an archived one gets none.</summary>
    public ValueTask<Refusal?> RefuseWriteAsync(Caller caller, string? vendorAccountId, CancellationToken ct) =>
        RefuseAsync(caller, vendorAccountId, Standing.Open, "names no open vendor account", ct);

    private async ValueTask<Refusal?> RefuseAsync(Caller caller, string? vendorAccountId, Standing needed, string words, CancellationToken ct)
    {
        if (vendorAccountId is null) return null;
        if (RefuseForm(caller, vendorAccountId, words) is { } refusal) return refusal;
        return await StandingAsync(caller.TenantId, vendorAccountId, ct) >= needed ? null : Refusal.Validation(Field, words);
    }

    /// <summary>What has no account's form is not asked of the database, nor remembered.</summary>
    private static Refusal? RefuseForm(Caller caller, string? vendorAccountId, string words)
    {
        if (vendorAccountId is null) return null;
        if (caller.IsMiddleware) return WireRules.IsVendorAccountId(vendorAccountId) ? null : Refusal.Validation(Field, words);
        return new Refusal(RefusalCode.VendorAccountForbidden, "vendorAccountId is only for billing middleware")
        {
            Details = [new RefusalDetail(Field, "is only for billing middleware")],
        };
    }

    private async ValueTask<Standing> StandingAsync(string tenantId, string vendorAccountId, CancellationToken ct)
    {
        var key = (tenantId, vendorAccountId);
        if (_remembered.TryGetValue(key, out var known) && clock.GetElapsedTime(known.ReadAt) < BelievedFor) return known.Standing;

        var readAt = clock.GetTimestamp();
        await using var find = database.CreateCommand(FindAccount);
        find.Parameters.Add(new() { Value = vendorAccountId });
        find.Parameters.Add(new() { Value = tenantId });
        var standing = await find.ExecuteScalarAsync(ct) switch
        {
            true => Standing.Open,
            false => Standing.Archived,
            _ => Standing.Unknown,
        };
        if (_remembered.Count >= MaxRemembered) _remembered.Clear();
        _remembered[key] = (standing, readAt);
        return standing;
    }

    private async Task<List<string?>> AccountsWithLedgersAsync(Caller caller, CancellationToken ct)
    {
        await using var find = database.CreateCommand(FindLedgers);
        find.Parameters.Add(new() { Value = caller.TenantId });
        find.Parameters.Add(new() { Value = caller.Environment });
        await using var row = await find.ExecuteReaderAsync(ct);
        var accounts = new List<string?>();
        while (await row.ReadAsync(ct)) accounts.Add(row.IsDBNull(0) ? null : row.GetString(0));
        return accounts;
    }

    private static Refusal Required(string message) => new(RefusalCode.VendorAccountRequired, message)
    {
        Details = [new RefusalDetail(Field, "is required")],
    };

    /// <summary>Of an account with the tenant, each allowing what the one before it does and more.</summary>
    private enum Standing
    {
        Unknown,
        Archived,
        Open,
    }
}

/// <param name="Ledgers">In the order in which they were made.</param>
internal sealed record LedgersToRead(IReadOnlyList<LedgerRef> Ledgers);
