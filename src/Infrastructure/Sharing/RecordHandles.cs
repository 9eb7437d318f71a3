using System.Diagnostics.CodeAnalysis;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Infrastructure.Sharing;

/// <summary>The unguessable names in customers' addresses: <c>cus_</c> and 26 lower-case Crockford base32 characters, 130 random
/// bits (decisions 19). Whoever has one has the link, so none is ever logged.</summary>
public static class RecordHandles
{
    private const string Prefix = "cus_";
    private const int Length = 30;

    public static string New() => RandomId.New(Prefix);

    /// <summary>The one spelling of a handle, made from the text alone: case and look-alikes are mapped.</summary>
    /// <returns>False when the text can be no handle in any spelling.</returns>
    public static bool TryCanonical(string text, [NotNullWhen(true)] out string? canonical)
    {
        canonical = null;
        if (text.Length != Length || !text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) return false;
        var name = new char[Length];
        Prefix.CopyTo(name);
        for (var i = Prefix.Length; i < Length; i++)
        {
            if (!Crockford.TryRead(text[i], out var value)) return false;
            name[i] = char.ToLowerInvariant(Crockford.Alphabet[value]);
        }

        canonical = new string(name);
        return true;
    }
}
