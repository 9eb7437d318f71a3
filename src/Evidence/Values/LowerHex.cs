namespace PacSpace.Evidence;

/// <summary>Hexadecimal in lower case only: a hash has one spelling, and a second one is refused.</summary>
internal static class LowerHex
{
    public static void Encode(ReadOnlySpan<byte> bytes, Span<byte> utf8)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            utf8[2 * i] = Digit(bytes[i] >> 4);
            utf8[2 * i + 1] = Digit(bytes[i] & 0xf);
        }
    }

    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        if (text.Length != 2 * bytes.Length) return false;
        for (var i = 0; i < bytes.Length; i++)
        {
            var (high, low) = (Value(text[2 * i]), Value(text[2 * i + 1]));
            if ((high | low) < 0) return false;
            bytes[i] = (byte)(high << 4 | low);
        }
        return true;
    }

    public static bool TryDecode(ReadOnlySpan<byte> utf8, Span<byte> bytes)
    {
        if (utf8.Length != 2 * bytes.Length) return false;
        for (var i = 0; i < bytes.Length; i++)
        {
            var (high, low) = (Value((char)utf8[2 * i]), Value((char)utf8[2 * i + 1]));
            if ((high | low) < 0) return false;
            bytes[i] = (byte)(high << 4 | low);
        }
        return true;
    }

    private static byte Digit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);

    private static int Value(char digit) => digit switch
    {
        >= '0' and <= '9' => digit - '0',
        >= 'a' and <= 'f' => digit - 'a' + 10,
        _ => -1,
    };
}
