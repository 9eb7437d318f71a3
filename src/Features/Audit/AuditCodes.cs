namespace PacSpace.Features.Audit;

/// <summary>The names of what an audit can find. Each is met by a test that plants the damage.</summary>
public static class AuditCodes
{
    /// <summary>A ledger index without a row.</summary>
    public const string RecordMissing = "record-missing";

    /// <summary>The row does not give its leaf hash: its content or the hash was changed.</summary>
    public const string RecordHash = "record-hash";

    /// <summary>As <see cref="RecordHash"/>, and the sealer knows it: the record is FAILED.</summary>
    public const string RecordFailed = "record-failed";

    /// <summary>The row names no customer of its ledger.</summary>
    public const string RecordCustomer = "record-customer";

    /// <summary>A customer's count has a gap or goes back.</summary>
    public const string RecordSeq = "record-seq";

    /// <summary><c>prev</c> is not the leaf hash of the customer's record before.</summary>
    public const string RecordPrev = "record-prev";

    /// <summary><c>balance_after</c> is not the balance before plus the delta, or the delta is zero.</summary>
    public const string RecordBalance = "record-balance";

    /// <summary><c>accepted_at</c> is earlier than that of the record before it in the ledger.</summary>
    public const string RecordTime = "record-time";

    /// <summary><c>adjusts_index</c> names no earlier record of the same customer.</summary>
    public const string RecordAdjusts = "record-adjusts";

    /// <summary>Rows of one submission do not give its root, or their positions are not 0, 1, 2, ….</summary>
    public const string SubmissionRoot = "submission-root";

    /// <summary>The lookup of submissions by root lacks one, names one twice, or names one that is none.</summary>
    public const string SubmissionLookup = "submission-lookup";

    /// <summary>The ledger's row disagrees with its records: next index, next customer, floor of acceptance.</summary>
    public const string LedgerHead = "ledger-head";

    /// <summary>Sealed index, blocks and records do not fit each other.</summary>
    public const string LedgerSeal = "ledger-seal";

    /// <summary>Sealing of the ledger stands still.</summary>
    public const string LedgerStopped = "ledger-stopped";

    /// <summary>Blocks leave a hole, overlap, or are larger than a block may be.</summary>
    public const string BlockRange = "block-range";

    /// <summary>The block's records do not give its root.</summary>
    public const string BlockRoot = "block-root";

    /// <summary>The log does not hold the block's entry where the block says, or under the tree head it says.</summary>
    public const string BlockLog = "block-log";

    /// <summary>A log index without an entry, or an entry past the log's size.</summary>
    public const string LogMissing = "log-missing";

    /// <summary>An entry stands for no block and no checkpoint that names it.</summary>
    public const string LogEntry = "log-entry";

    /// <summary>A stored node is missing, is not what the entries below it give, or covers entries that are not there.</summary>
    public const string LogNode = "log-node";

    /// <summary>Writes in the environment are stopped.</summary>
    public const string LogStopped = "log-stopped";

    /// <summary>A tree head's root is not that of the log at its size: it is consistent with none of the others.</summary>
    public const string HeadRoot = "head-root";

    /// <summary>A tree head is not well formed, not of this log, or not signed by a key of its time.</summary>
    public const string HeadSignature = "head-signature";

    /// <summary>The latest tree head is not of the log's size.</summary>
    public const string HeadMissing = "head-missing";

    /// <summary>The mark and the database tell two histories, or the mark cannot be read.</summary>
    public const string Mark = "mark";

    /// <summary>A customer's month or day does not say what its verified records say.</summary>
    public const string Rollup = "rollup";

    /// <summary>The month's tree frontier is not that of its records, or its MAC does not hold.</summary>
    public const string RollupFrontier = "rollup-frontier";

    /// <summary>A stored statement is not canonical, or the row's columns say something else.</summary>
    public const string CheckpointStatement = "checkpoint-statement";

    /// <summary>Records, totals or balances of a checkpoint are not those of its window.</summary>
    public const string CheckpointRange = "checkpoint-range";

    /// <summary>A record of the covered window is not in a checkpoint that says it has all.</summary>
    public const string CheckpointIncomplete = "checkpoint-incomplete";

    /// <summary>Records and statement do not give the checkpoint's root.</summary>
    public const string CheckpointRoot = "checkpoint-root";

    /// <summary>The log does not hold the checkpoint's entry where it says, behind the blocks of its records.</summary>
    public const string CheckpointLog = "checkpoint-log";

    /// <summary>The table of failures names a record that is sound, is not there, or with another hash than was sealed.</summary>
    public const string FailureStale = "failure-stale";

    /// <summary>An answer kept for replays names records that are not there or have other hashes.</summary>
    public const string IdempotencyAnswer = "idempotency-answer";
}
