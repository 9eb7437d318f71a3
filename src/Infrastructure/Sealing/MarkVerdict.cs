using System.Globalization;
using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>What the database says of the log: <c>log_state</c> and the tree head of its size.</summary>
/// <param name="Note">Null when there is no tree head of that size.</param>
internal sealed record DatabaseHead(string Origin, long Size, string? Note, bool IsDoNotWrite, string? Reason);

/// <summary>How the mark and the database stand to each other, and so what a start or a take-over does.</summary>
internal abstract record MarkVerdict
{
    /// <summary>Neither exists: a brand-new log.</summary>
    internal sealed record NewLog : MarkVerdict;

    /// <summary>The log was created and is empty; its mark was not written any more.</summary>
    internal sealed record NewMark : MarkVerdict;

    internal sealed record InStep(MarkContent Mark) : MarkVerdict;

    /// <summary>A tree head was kept and not committed: exactly its entries are rebuilt and it is committed.</summary>
    internal sealed record OneAhead(MarkContent Mark) : MarkVerdict;

    /// <summary>Nothing is signed.</summary>
    internal sealed record Refused(string Reason) : MarkVerdict;

    public static MarkVerdict Compare(byte[]? mark, DatabaseHead? database)
    {
        if (mark is null)
        {
            return database is null ? new NewLog()
                : database.Size == 0 && database.Note is not null ? new NewMark()
                : new Refused(string.Create(CultureInfo.InvariantCulture, $"there is no mark for a log of size {database.Size}"));
        }

        MarkContent content;
        try
        {
            content = MarkContent.FromBytes(mark);
        }
        catch (FormatException unreadable)
        {
            return new Refused($"the mark cannot be read: {unreadable.Message}");
        }

        if (database?.Note is null)
            return new Refused($"the mark keeps a tree head of size {SizeOf(content.Head)}, and the database has none");
        if (database.Note == content.Head) return new InStep(content);
        if (database.Note == content.Before && content.Entries.Count > 0) return new OneAhead(content);
        return new Refused(
            $"the mark keeps a tree head of size {SizeOf(content.Head)} after one of size {SizeOf(content.Before)}, and the database has " +
            string.Create(CultureInfo.InvariantCulture, $"another of size {database.Size}"));
    }

    /// <summary>The size of the tree head that a mark keeps; null when there is none or it cannot be read.</summary>
    public static long? SizeKept(byte[]? mark)
    {
        try
        {
            return mark is not null && SignedTreeHead.TryParse(MarkContent.FromBytes(mark).Head, out var head) ? head.Head.Size.Value : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string SizeOf(string note) => SignedTreeHead.TryParse(note, out var head) ? head.Head.Size.ToString() : "unknown";
}
