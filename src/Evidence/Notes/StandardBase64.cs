using System.Diagnostics.CodeAnalysis;

namespace PacSpace.Evidence;

/// <summary>Base 64 of RFC 4648, section 4, in its one spelling: padded, no white space, unused bits zero.</summary>
internal static class StandardBase64
{
    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        var buffer = new byte[text.Length / 4 * 3 + 3];
        if (!Convert.TryFromBase64String(text, buffer, out var length)) return false;
        // The platform's reader allows white space and stray bits; writing again does not.
        if (!Convert.ToBase64String(buffer.AsSpan(0, length)).Equals(text, StringComparison.Ordinal)) return false;
        bytes = buffer[..length];
        return true;
    }
}
