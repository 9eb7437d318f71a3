namespace PacSpace.Infrastructure.Sharing;

/// <summary>Base32 for what people type: no I, L, O or U, and what looks like another character is read as it.</summary>
internal static class Crockford
{
    public const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>Reads either case, O as 0, I and L as 1.</summary>
    public static bool TryRead(char character, out int value)
    {
        var upper = char.IsAsciiLetterLower(character) ? (char)(character - 'a' + 'A') : character;
        value = Alphabet.IndexOf(upper switch { 'O' => '0', 'I' or 'L' => '1', _ => upper }, StringComparison.Ordinal);
        return value >= 0;
    }
}
