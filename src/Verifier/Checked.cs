using PacSpace.Evidence;

namespace PacSpace.Verifier;

/// <summary>What came of one file. Exactly one of the three is not null.</summary>
internal sealed record Checked(string File, ReceiptFacts? Receipt, RecordProofFacts? RecordProof, EvidenceRefusal? Refusal)
{
    public static Checked Of(string file, KeyRing keys, Action<long, long>? progress)
    {
        using var source = new FileByteSource(file);
        if (EvidenceFile.KindOf(source) == EvidenceFileKind.RecordProof)
        {
            var proof = new RecordProofVerifier(keys).Verify(source);
            return new(file, null, proof.Facts, proof.Refusal);
        }
        var receipt = new ReceiptVerifier(keys, progress).Verify(source);
        return new(file, receipt.Facts, null, receipt.Refusal);
    }
}

/// <summary>Two receipts that follow one another in time, and what came of comparing them.</summary>
internal sealed record CheckedPair(Checked First, Checked Second, EvidenceRefusal? Refusal)
{
    /// <summary>The neighbours among complete receipts that hold: those of one customer, in the order of their windows.</summary>
    /// <remarks>The same receipt given twice is one receipt. A spot check has no neighbours.</remarks>
    public static List<CheckedPair> Among(IEnumerable<Checked> files) =>
    [
        .. files.Where(file => file.Receipt is { IsComplete: true })
            .DistinctBy(file => file.Receipt!.ProofRoot)
            .GroupBy(file => (file.Receipt!.Checkpoint.LedgerId, file.Receipt.Checkpoint.CustomerId))
            .SelectMany(OfOneCustomer),
    ];

    private static IEnumerable<CheckedPair> OfOneCustomer(IEnumerable<Checked> receipts)
    {
        var ordered = receipts.OrderBy(file => file.Receipt!.Checkpoint.Start).ThenBy(file => file.Receipt!.Checkpoint.CoveredThrough).ToList();
        return ordered.Zip(ordered.Skip(1), (first, second) => new CheckedPair(first, second, Neighbours.Check(first.Receipt!, second.Receipt!)));
    }
}
