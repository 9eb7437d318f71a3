using System.Security.Cryptography;

namespace PacSpace.Infrastructure.Records;

/// <summary>Prefixed ids of 26 lower-case Crockford base32 characters, 130 random bits: nobody guesses one.</summary>
public static class RandomId
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <param name="prefix">With its underscore, such as <c>chk_</c>.</param>
    public static string New(string prefix) => prefix + RandomNumberGenerator.GetString(Alphabet, 26);
}
