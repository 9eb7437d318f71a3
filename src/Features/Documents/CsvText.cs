namespace PacSpace.Features.Documents;

/// <summary>Cells of a CSV file (api-balance 9): UTF-8, comma, CRLF, RFC 4180. Text is always quoted; one that a spreadsheet would
/// take for a formula is prefixed with an apostrophe. Numbers, times and ids of ours stand bare; null is an empty cell.</summary>
internal static class CsvText
{
    public const string ContentType = "text/csv; charset=utf-8; header=present";

    /// <summary>Writes <c>"text"</c>.</summary>
    /// <param name="to">Has room for <see cref="MaxBytes"/>.</param>
    /// <returns>The number of bytes written.</returns>
    public static int Write(ReadOnlySpan<byte> utf8, Span<byte> to)
    {
        var at = 0;
        to[at++] = (byte)'"';
        if (utf8.Length > 0 && utf8[0] is (byte)'=' or (byte)'+' or (byte)'-' or (byte)'@' or (byte)'\t' or (byte)'\r') to[at++] = (byte)'\'';
        while (true)
        {
            var quote = utf8.IndexOf((byte)'"');
            var plain = quote < 0 ? utf8 : utf8[..(quote + 1)];
            plain.CopyTo(to[at..]);
            at += plain.Length;
            if (quote < 0) break;
            to[at++] = (byte)'"';
            utf8 = utf8[(quote + 1)..];
        }

        to[at++] = (byte)'"';
        return at;
    }

    public static int MaxBytes(int utf8Bytes) => (2 * utf8Bytes) + 3;
}
