namespace PacSpace.Evidence;

/// <summary>The kinds of file that an evidence check takes.</summary>
public enum EvidenceFileKind
{
    /// <summary>Neither of the others; checked as a receipt it is refused as <c>format</c>.</summary>
    Unknown,

    /// <summary><c>pacspace/receipt/1</c></summary>
    Receipt,

    /// <summary><c>pacspace/record-proof/1</c></summary>
    RecordProof,
}

/// <summary>Says which verifier a file is for.</summary>
public static class EvidenceFile
{
    /// <summary>The kind that a file says it is of. Nothing else is checked.</summary>
    public static EvidenceFileKind KindOf(IByteSource source)
    {
        source.Restart();
        var json = new JsonPull(source);
        try
        {
            json.Expect('{');
            do
            {
                var isFormat = json.String().SequenceEqual("format"u8);
                json.Expect(':');
                if (isFormat) return KindOf(json.String());
                json.Skip();
            }
            while (json.TryTake(','));
        }
        catch (NotOfFormatException)
        {
            // The verifier will say so, and why.
        }
        return EvidenceFileKind.Unknown;
    }

    private static EvidenceFileKind KindOf(ReadOnlySpan<byte> format) =>
        format.SequenceEqual("pacspace/receipt/1"u8) ? EvidenceFileKind.Receipt
        : format.SequenceEqual("pacspace/record-proof/1"u8) ? EvidenceFileKind.RecordProof
        : EvidenceFileKind.Unknown;
}
