using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace PacSpace.Infrastructure.Sharing;

/// <summary>What a browser holds and we do not: 256 random bits. Only their hash is stored.</summary>
public static class BrowserTokens
{
    private const int Bytes = 32;
    private const int Length = 43;

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>32 bytes; of a text that is no token too, under which nothing is ever stored.</summary>
    public static byte[] HashOf(string? token) => SHA256.HashData(Encoding.UTF8.GetBytes(token is { Length: Length } ? token : ""));
}
