namespace PacSpace.Evidence;

/// <summary>What a receipt that holds shows.</summary>
/// <remarks>
/// Show the covered window (<see cref="CheckpointStatement.Covered"/>), never just a month; say of mode selected that it is a chosen
/// subset. Nothing here says that the vendor counted correctly.
/// </remarks>
public sealed record ReceiptFacts
{
    /// <summary>The checkpoint: mode, window, count, net, closing, who recorded it.</summary>
    public required CheckpointStatement Checkpoint { get; init; }

    /// <summary>Whether every record of the checkpoint is in the file; otherwise it is a spot check.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>How many records the file holds.</summary>
    public required long Records { get; init; }

    /// <summary>The root over records and checkpoint, which stands in the log.</summary>
    public required Hash ProofRoot { get; init; }

    /// <summary>The signed tree head.</summary>
    public required TreeHead TreeHead { get; init; }

    /// <summary>What the first record of a complete receipt names as the one before it; null when there is no record.</summary>
    public required Hash? FirstPrev { get; init; }

    /// <summary>The leaf hash of the last record of a complete receipt; null when there is no record.</summary>
    public required Hash? LastLeafHash { get; init; }
}

/// <summary>Checks receipts, complete ones and spot checks (<c>pacspace/receipt/1</c>).</summary>
/// <remarks>
/// The checks and their order are those of section 7 of the format's README; the answer is the first that fails. Memory does not grow with
/// the number of records. Nothing in a file makes this throw; what the source throws passes through.
/// </remarks>
/// <param name="keys">The keys under one of which the tree head must be signed.</param>
/// <param name="progress">Is told now and then how many records were checked, and of how many.</param>
public sealed class ReceiptVerifier(KeyRing keys, Action<long, long>? progress = null)
{
    private const long ProgressEvery = 4096;

    /// <summary>Checks a receipt.</summary>
    public Verdict<ReceiptFacts> Verify(IByteSource source)
    {
        try
        {
            var file = ReceiptFile.Read(source, onRecord: null);
            if (!CheckpointStatement.TryParse(file.Checkpoint, out var checkpoint))
                return new(new EvidenceRefusal(EvidenceCode.Statement, null, "The checkpoint's statement is not canonical, complete and of the right forms."));

            var check = new ReceiptCheck(file, checkpoint, keys);
            var again = ReceiptFile.Read(source, (record, place) =>
            {
                if (place % ProgressEvery == 0) progress?.Invoke(place, file.Records);
                check.Record(record, place);
            });
            if (!again.IsSameAs(file)) throw JsonPull.Bad("The file changed while it was read.");
            progress?.Invoke(file.Records, file.Records);
            return check.Finish();
        }
        catch (NotOfFormatException notOfFormat)
        {
            return new(new EvidenceRefusal(EvidenceCode.Format, null, notOfFormat.Message));
        }
    }
}
