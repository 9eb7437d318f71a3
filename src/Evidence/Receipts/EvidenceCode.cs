namespace PacSpace.Evidence;

/// <summary>The checks of the evidence format (README, section 7) in their order; the first that fails is the answer.</summary>
public enum EvidenceCode
{
    /// <summary>The file is as its format says.</summary>
    Format,

    /// <summary>Checkpoint, then records: canonical, complete, of the right forms.</summary>
    Statement,

    /// <summary>Disclosed metadata is what <c>metadataHash</c> commits to.</summary>
    Metadata,

    /// <summary>As many records as the checkpoint counts; a sample is not empty and not larger.</summary>
    Count,

    /// <summary>Records and checkpoint give <c>proofRoot</c>.</summary>
    Root,

    /// <summary>A block path is of the right length for its index and size.</summary>
    Block,

    /// <summary>The tree head is well formed and signed by the log's key.</summary>
    Signature,

    /// <summary>The log of the signed size and root holds the checkpoint root, and each sampled record's block before it.</summary>
    Log,

    /// <summary>Every record is of the checkpoint's ledger and customer.</summary>
    Customer,

    /// <summary>Every record was accepted in the covered window.</summary>
    Window,

    /// <summary>Indexes, numbers and times go forward; mode all: without gaps.</summary>
    Order,

    /// <summary>Each record names the one before it.</summary>
    Chain,

    /// <summary>Each balance is the one before it plus the delta.</summary>
    Balance,

    /// <summary>The net is the sum of the deltas, and leads from opening to closing.</summary>
    Net,

    /// <summary>First and last record fit the checkpoint's numbers and balances.</summary>
    Ends,

    /// <summary>The checkpoint's unit is the records' unit.</summary>
    Unit,
}

/// <summary>Why an evidence file does not hold.</summary>
/// <param name="Code">The first check that failed.</param>
/// <param name="Record">Position in the file, from 0, of the first record for which it failed; null when it is not one record's fault.</param>
/// <param name="Sentence">The same in words. May quote names out of the file, which can hold any character.</param>
public sealed record EvidenceRefusal(EvidenceCode Code, long? Record, string Sentence)
{
    /// <summary>The code as the format writes it, in lower case.</summary>
    public string CodeText => TextOf(Code);

    /// <summary>A code as the format writes it, in lower case.</summary>
    public static string TextOf(EvidenceCode code) => code switch
    {
        EvidenceCode.Format => "format",
        EvidenceCode.Statement => "statement",
        EvidenceCode.Metadata => "metadata",
        EvidenceCode.Count => "count",
        EvidenceCode.Root => "root",
        EvidenceCode.Block => "block",
        EvidenceCode.Signature => "signature",
        EvidenceCode.Log => "log",
        EvidenceCode.Customer => "customer",
        EvidenceCode.Window => "window",
        EvidenceCode.Order => "order",
        EvidenceCode.Chain => "chain",
        EvidenceCode.Balance => "balance",
        EvidenceCode.Net => "net",
        EvidenceCode.Ends => "ends",
        EvidenceCode.Unit => "unit",
        _ => throw new ArgumentOutOfRangeException(nameof(code)),
    };
}

/// <summary>What checking a file came to: what it shows, or why it does not hold.</summary>
/// <typeparam name="TFacts">What a file of this kind shows.</typeparam>
public sealed class Verdict<TFacts> where TFacts : class
{
    internal Verdict(TFacts facts) => Facts = facts;

    internal Verdict(EvidenceRefusal refusal) => Refusal = refusal;

    /// <summary>Whether every check passed.</summary>
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Facts))]
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(false, nameof(Refusal))]
    public bool Holds => Refusal is null;

    /// <summary>What the file shows; null when it does not hold.</summary>
    public TFacts? Facts { get; }

    /// <summary>Why the file does not hold; null when it does.</summary>
    public EvidenceRefusal? Refusal { get; }
}

/// <summary>Keeps the failure that the order of the checks puts first: the lowest check, within it the earliest place.</summary>
internal sealed class Findings
{
    /// <summary>The place of a failure that belongs to the file as a whole, before any record.</summary>
    public const long WholeFile = -1;

    public EvidenceRefusal? First { get; private set; }

    public void Add(EvidenceCode code, long place, string sentence)
    {
        if (First is null || code < First.Code || (code == First.Code && place < (First.Record ?? WholeFile)))
            First = new(code, place == WholeFile ? null : place, sentence);
    }

    /// <summary>Whether a failure of this check would still be the answer, coming from a later place than all before.</summary>
    public bool StillMatters(EvidenceCode code) => First is null || code < First.Code;
}
