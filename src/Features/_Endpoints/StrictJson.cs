using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace PacSpace.Features.Endpoints;

/// <summary>RFC 8259 without leniency: valid UTF-8, no comments, no trailing commas, nesting bounded.</summary>
internal static class StrictJson
{
    public const int MaxDepth = 64;

    private const int StackBytes = 512;

    /// <param name="document">To be disposed; it reads from <paramref name="json"/> while it lives.</param>
    /// <param name="complaint">Goes on after the field's name.</param>
    public static bool TryParse(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out JsonDocument? document, [NotNullWhen(false)] out string? complaint)
    {
        (document, complaint) = (null, null);
        if (!Utf8.IsValid(json.Span))
        {
            complaint = "is not valid UTF-8";
            return false;
        }

        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return true;
        }
        catch (JsonException)
        {
            complaint = $"is not valid JSON of at most {MaxDepth} levels";
            return false;
        }
    }

    /// <summary>The text of a JSON string token, without its quotes, in valid UTF-8 that a JSON reader has accepted.</summary>
    /// <returns>False for an unpaired surrogate or U+0000, which no text of ours may hold.</returns>
    public static bool TryReadText(ReadOnlySpan<byte> token, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? complaint)
    {
        complaint = null;
        if (!token.Contains((byte)'\\'))
        {
            text = Encoding.UTF8.GetString(token);
            return true;
        }

        // An escape is never shorter than what it stands for, in UTF-16 as well.
        char[]? rented = null;
        var chars = token.Length <= StackBytes ? stackalloc char[StackBytes] : rented = ArrayPool<char>.Shared.Rent(token.Length);
        try
        {
            complaint = Unescape(token, chars, out var length);
            text = complaint is null ? new string(chars[..length]) : null;
            return complaint is null;
        }
        finally
        {
            if (rented is not null) ArrayPool<char>.Shared.Return(rented);
        }
    }

    private static string? Unescape(ReadOnlySpan<byte> token, Span<char> chars, out int length)
    {
        length = 0;
        while (!token.IsEmpty)
        {
            var plain = token.IndexOf((byte)'\\');
            if (plain < 0) plain = token.Length;
            length += Encoding.UTF8.GetChars(token[..plain], chars[length..]);
            token = token[plain..];
            if (token.IsEmpty) break;

            if (token[1] != 'u')
            {
                chars[length++] = Short(token[1]);
                token = token[2..];
                continue;
            }

            var first = CodeUnit(token);
            token = token[6..];
            if (first == '\0') return "must not contain U+0000";
            chars[length++] = first;
            if (!char.IsSurrogate(first)) continue;

            var isPaired = char.IsHighSurrogate(first) && token.Length >= 6 && token[0] == '\\' && token[1] == 'u' && char.IsLowSurrogate(CodeUnit(token));
            if (!isPaired) return "must not contain an unpaired surrogate";
            chars[length++] = CodeUnit(token);
            token = token[6..];
        }

        return null;
    }

    private static char Short(byte letter) => letter switch
    {
        (byte)'b' => '\b',
        (byte)'f' => '\f',
        (byte)'n' => '\n',
        (byte)'r' => '\r',
        (byte)'t' => '\t',
        _ => (char)letter, // quote, solidus, reverse solidus
    };

    private static char CodeUnit(ReadOnlySpan<byte> escape)
    {
        var value = 0;
        foreach (var digit in escape[2..6]) value = (value << 4) | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        return (char)value;
    }
}
