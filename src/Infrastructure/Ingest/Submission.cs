using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Ingest;

/// <summary>The records of one tenant, environment and, under middleware, vendor account.</summary>
/// <param name="LedgerNo">Database number.</param>
/// <param name="LedgerId">Opaque id that stands in every statement.</param>
/// <param name="ReferenceKey">The key of customer references: the tenant's, under middleware the vendor account's.</param>
public sealed record LedgerRef(
    int LedgerNo, string LedgerId, string TenantId, string Environment, string? VendorAccountId, byte[] ReferenceKey);

/// <summary>One delta as asked for, its shape already checked at the door.</summary>
/// <param name="Metadata">UTF-8 of the JSON text exactly as received.</param>
public sealed record NewRecord(
    string CustomerId, Amount Delta, string Reason, string? ReferenceId = null, byte[]? Metadata = null, AdjustsTarget? Adjusts = null);

/// <summary>The record that a delta adjusts.</summary>
/// <param name="LedgerIndex">A committed record of the same customer, or null when only an earlier item of the same
/// submission can be meant.</param>
/// <param name="ReferenceId">Of the committed record.</param>
/// <param name="EarlierItemReference">When given, an earlier item of the same submission and customer with this
/// <c>referenceId</c> comes before the committed one, since the newest is meant.</param>
public sealed record AdjustsTarget(long? LedgerIndex, string? ReferenceId, string? EarlierItemReference = null);

/// <summary>One request's records, to be appended to one ledger together.</summary>
/// <param name="IsGroup">A batch: items carry positions, and replays are found by <c>referenceId</c>.</param>
/// <param name="Items">In request order. A null item was refused at the door and only keeps its place.</param>
/// <param name="Limits">Null for a tenant without any, who pays nothing for those of others.</param>
public sealed record Submission(
    LedgerRef Ledger, bool IsGroup, IReadOnlyList<NewRecord?> Items, IdempotencyClaim? Claim = null, WriteLimits? Limits = null);

/// <summary>What a tenant's plan and cadence allow. Decided under the ledger's lock, so that nodes agree and nothing drifts.</summary>
/// <param name="RecordsForLife">Of the tenant in the ledger's environment, over all its ledgers; null for any number.</param>
/// <param name="CadenceSeconds">Shortest time between two records of one customer; 0 for none.</param>
public sealed record WriteLimits(long? RecordsForLife, int CadenceSeconds);

/// <summary>An idempotency key that is to be stored with the records it answers for.</summary>
/// <param name="Route">Which route's keys; the scope is tenant, environment and route.</param>
/// <param name="BodyHash">SHA-256 of the raw request body.</param>
/// <param name="Answer">What a replay will need, from the outcomes; null when nothing is to be stored. It runs on the
/// writer, inside the transaction, so it computes and does nothing else.</param>
public sealed record IdempotencyClaim(
    short Route, string Key, Hash BodyHash, Func<LedgerRef, SubmissionAccepted, StoredAnswer?> Answer);

/// <summary>An answer kept for replays: the HTTP status and what its body is made from.</summary>
public sealed record StoredAnswer(short Status, byte[] Bytes);

/// <summary>What became of a submission.</summary>
public abstract record SubmissionOutcome;

/// <summary>Durable. One outcome an item, in request order.</summary>
/// <param name="Root">RFC 6962 root over the newly accepted records; null when there are none.</param>
public sealed record SubmissionAccepted(IReadOnlyList<ItemOutcome?> Items, Hash? Root) : SubmissionOutcome;

/// <summary>The key was used before with the same body.</summary>
public sealed record SubmissionReplayed(StoredAnswer Answer) : SubmissionOutcome;

/// <summary>The key was used before with another body.</summary>
public sealed record SubmissionKeyReused : SubmissionOutcome;

/// <summary>The plan's records were used up before this submission: nothing of it was looked at.</summary>
public sealed record SubmissionExhausted : SubmissionOutcome;

/// <summary>What became of one item.</summary>
public abstract record ItemOutcome;

/// <summary>Accepted now, or (<paramref name="IsReplay"/>) by an earlier group.</summary>
public sealed record ItemAccepted(
    long LedgerIndex,
    string RecordId,
    int CustomerNo,
    long Seq,
    Hash Prev,
    Hash Leaf,
    Hash Root,
    Amount BalanceAfter,
    Timestamp AcceptedAt,
    string? AdjustsRecordId,
    string? AdjustsReferenceId,
    bool IsReplay) : ItemOutcome;

/// <summary>Refused by a limit or by the state.</summary>
/// <param name="RetryAfterSeconds">When it may be tried again, for <see cref="ItemRefusal.TooSoon"/>.</param>
public sealed record ItemRefused(ItemRefusal Reason, int RetryAfterSeconds = 0) : ItemOutcome;

public enum ItemRefusal
{
    /// <summary>The balance would have more than 18 digits before the point.</summary>
    BalanceTooLarge,

    /// <summary><c>adjusts</c> names no record of this customer.</summary>
    AdjustsUnknown,

    /// <summary>The items before it took the last of the plan.</summary>
    PlanExhausted,

    /// <summary>The customer's last record is younger than the cadence.</summary>
    TooSoon,
}

/// <summary>Records cannot be written now and the caller may try again: the log is set to "do not write", the queue is
/// full, a customer's last record no longer reproduces its hash, or the node is stopping.</summary>
public sealed class WriterUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
