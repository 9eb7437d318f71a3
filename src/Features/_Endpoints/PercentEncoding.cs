using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace PacSpace.Features.Endpoints;

/// <summary>Percent-decoding that refuses what it does not understand (RFC 3986, 2.1): a lone <c>%</c>, bytes that are not
/// UTF-8, U+0000.</summary>
internal static class PercentEncoding
{
    private static readonly SearchValues<char> s_special = SearchValues.Create("%+\0");

    /// <param name="plusIsSpace">In queries, as forms write them; not in paths.</param>
    public static bool TryDecode(string encoded, bool plusIsSpace, [NotNullWhen(true)] out string? text)
    {
        text = encoded;
        if (!encoded.AsSpan().ContainsAny(s_special)) return true;

        var bytes = Encoding.UTF8.GetBytes(encoded);
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var value = bytes[i];
            if (value == '%')
            {
                if (i + 2 >= bytes.Length || !TryHex(bytes[i + 1], out var high) || !TryHex(bytes[i + 2], out var low)) return Refuse(out text);
                value = (byte)((high << 4) | low);
                i += 2;
            }
            else if (value == '+' && plusIsSpace)
            {
                value = (byte)' ';
            }

            if (value == 0) return Refuse(out text);
            bytes[length++] = value;
        }

        if (!Utf8.IsValid(bytes.AsSpan(0, length))) return Refuse(out text);
        text = Encoding.UTF8.GetString(bytes, 0, length);
        return true;
    }

    private static bool Refuse(out string? text)
    {
        text = null;
        return false;
    }

    private static bool TryHex(byte digit, out int value)
    {
        value = digit switch
        {
            >= (byte)'0' and <= (byte)'9' => digit - '0',
            >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
            >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
            _ => -1,
        };
        return value >= 0;
    }
}
