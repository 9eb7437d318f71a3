namespace PacSpace.Evidence;

/// <summary>Checks that one receipt begins where another ends (section 7 of the format's README), each holding by itself.</summary>
public static class Neighbours
{
    /// <summary>Why the second receipt does not follow the first; null when it does.</summary>
    /// <exception cref="ArgumentException">One of them is a spot check, which has no neighbours.</exception>
    public static EvidenceRefusal? Check(ReceiptFacts first, ReceiptFacts second)
    {
        if (!first.IsComplete || !second.IsComplete) throw new ArgumentException("A spot check has no neighbours.");
        var (one, two) = (first.Checkpoint, second.Checkpoint);
        if (one.LedgerId != two.LedgerId || one.CustomerId != two.CustomerId
            || one.Mode != CheckpointMode.All || two.Mode != CheckpointMode.All)
            return Refuse(EvidenceCode.Customer, "The receipts are not both of one customer's every record.");
        if (one.CoveredThrough != two.Start)
            return Refuse(EvidenceCode.Window, $"The first receipt covers up to {one.CoveredThrough} and the second starts at {two.Start}.");
        if (two.FirstSeq != one.LastSeq + 1)
            return Refuse(EvidenceCode.Order, $"The first receipt ends with seq {one.LastSeq} and the second begins with {two.FirstSeq}.");
        if (first.LastLeafHash is { } last && second.FirstPrev is { } prev && last != prev)
            return Refuse(EvidenceCode.Chain, "The second receipt's first record does not name the first receipt's last.");
        return one.Closing != two.Opening
            ? Refuse(EvidenceCode.Balance, $"The first receipt closes with {one.Closing} and the second opens with {two.Opening}.")
            : null;
    }

    private static EvidenceRefusal Refuse(EvidenceCode code, string sentence) => new(code, null, sentence);
}
