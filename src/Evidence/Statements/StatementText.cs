using System.Buffers;
using System.Text.Unicode;

namespace PacSpace.Evidence;

/// <summary>What may stand in a statement as text, and how it is written: RFC 8785, 3.2.2.2.</summary>
/// <remarks>
/// Escaped are <c>"</c>, <c>\</c> and U+0000–U+001F only: <c>\b \t \n \f \r</c> where JSON has a short form, otherwise
/// <c>\u00xx</c> in lower case. Everything else stands as UTF-8.
/// </remarks>
public static class StatementText
{
    /// <summary>The most bytes that one UTF-16 unit becomes: <c>\u00xx</c>.</summary>
    internal const int MaxBytesPerChar = 6;

    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        "\"\\\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016"
        + "\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f");

    private static readonly SearchValues<byte> EscapedBytes = SearchValues.Create(
        "\"\\\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016"u8
        .ToArray().Concat("\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f"u8.ToArray()).ToArray());

    /// <summary>Whether a text can be accepted: not empty, valid Unicode (no unpaired surrogate), no U+0000.</summary>
    public static bool IsAcceptable(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text.Contains('\0')) return false;
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1])) return false;
            i++;
        }
        return true;
    }

    /// <summary>Writes a text with its escapes, without the quotes around it.</summary>
    /// <exception cref="ArgumentException">The text holds an unpaired surrogate, so it has no UTF-8.</exception>
    internal static int Write(ReadOnlySpan<char> text, Span<byte> utf8)
    {
        var at = 0;
        while (true)
        {
            var stop = text.IndexOfAny(Escaped);
            var plain = stop < 0 ? text : text[..stop];
            if (Utf8.FromUtf16(plain, utf8[at..], out _, out var written, replaceInvalidSequences: false) != OperationStatus.Done)
                throw new ArgumentException("A text of a statement is not valid Unicode.", nameof(text));
            at += written;
            if (stop < 0) return at;
            at += WriteEscape((byte)text[stop], utf8[at..]);
            text = text[(stop + 1)..];
        }
    }

    /// <summary>Writes text that is UTF-8 already as the inside of a JSON string, with the same escapes.</summary>
    internal static void Write(ReadOnlySpan<byte> text, IBufferWriter<byte> to)
    {
        while (true)
        {
            var stop = text.IndexOfAny(EscapedBytes);
            to.Write(stop < 0 ? text : text[..stop]);
            if (stop < 0) return;
            to.Advance(WriteEscape(text[stop], to.GetSpan(MaxBytesPerChar)));
            text = text[(stop + 1)..];
        }
    }

    private static int WriteEscape(byte c, Span<byte> utf8)
    {
        utf8[0] = (byte)'\\';
        utf8[1] = c switch
        {
            (byte)'"' or (byte)'\\' => c,
            (byte)'\b' => (byte)'b',
            (byte)'\t' => (byte)'t',
            (byte)'\n' => (byte)'n',
            (byte)'\f' => (byte)'f',
            (byte)'\r' => (byte)'r',
            _ => (byte)'u',
        };
        if (utf8[1] != 'u') return 2;
        utf8[2] = utf8[3] = (byte)'0';
        LowerHex.Encode([c], utf8[4..]);
        return 6;
    }
}
