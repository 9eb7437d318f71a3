using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace PacSpace.Features.Tests.Log;

/// <summary>Reads a log as somebody does who has only the public specifications: C2SP signed-note, tlog-checkpoint and
/// tlog-tiles, RFC 6962 and RFC 8032. Nothing in this file is ours.</summary>
internal sealed class StrangersReader(HttpClient http, string prefix)
{
    private const int TileWidth = 256;

    internal sealed record Head(string Origin, long Size, byte[] Root, string Note);

    /// <summary>tlog-checkpoint: the note's text is origin, size and root; signed-note: each signature line is an em dash, the
    /// key's name and base64 of key id and signature.</summary>
    public async Task<Head> FetchHeadAsync(string verifierKey)
    {
        var note = await TextAsync("checkpoint");
        var end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        var text = note[..(end + 1)];
        var lines = text.Split('\n');
        Require(lines.Length == 4 && lines[3].Length == 0, "three lines");

        var parts = verifierKey.Split('+', 3);
        var key = Convert.FromBase64String(parts[2]);
        Require(key.Length == 33 && key[0] == 1, "an Ed25519 key");
        var keyId = SHA256.HashData([.. Encoding.UTF8.GetBytes(parts[0]), (byte)'\n', .. key])[..4];
        Require(Convert.ToHexStringLower(keyId) == parts[1], "the key's id is that of the key");
        Require(lines[0] == parts[0], "the origin is the key's name");

        var good = false;
        foreach (var line in note[(end + 2)..].TrimEnd('\n').Split('\n'))
        {
            var fields = line.Split(' ');
            Require(fields.Length == 3 && fields[0] == "\u2014", "a signature line");
            var signature = Convert.FromBase64String(fields[2]);
            if (fields[1] == parts[0] && signature.AsSpan(0, 4).SequenceEqual(keyId)) good |= Ed25519.Verify(key[1..], Encoding.UTF8.GetBytes(text), signature[4..]);
        }

        Require(good, "a signature of the key");
        return new Head(lines[0], long.Parse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture), Convert.FromBase64String(lines[2]), note);
    }

    /// <summary>Fetches every entry and every hash tile of a tree of that size, checks that the tiles are those of the entries,
    /// and gives the leaf hashes.</summary>
    public async Task<List<byte[]>> WalkAsync(long size)
    {
        var leaves = new List<byte[]>();
        foreach (var (number, width) in Tiles(size))
        {
            var bytes = await BytesAsync("tile/entries/" + Name(number, width));
            var at = 0;
            for (var i = 0; i < width; i++)
            {
                var length = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at));
                leaves.Add(SHA256.HashData([0, .. bytes.AsSpan(at + 2, length)]));
                at += 2 + length;
            }

            Require(at == bytes.Length, "nothing behind the entries of a tile");
        }

        var level = leaves;
        for (var l = 0; level.Count > 0; l++)
        {
            var above = new List<byte[]>();
            foreach (var (number, width) in Tiles(level.Count))
            {
                var expected = level.Skip((int)(number * TileWidth)).Take(width).ToList();
                Require(expected.SelectMany(h => h).SequenceEqual(await BytesAsync($"tile/{l}/{Name(number, width)}")), $"tile {l}/{number} is that of the entries");
                if (width == TileWidth) above.Add(Root(expected, 0, TileWidth));
            }

            level = above;
        }

        return leaves;
    }

    /// <summary>RFC 6962, 2.1: MTH(D[n]) = SHA-256(0x01 || MTH(D[0:k]) || MTH(D[k:n])).</summary>
    public static byte[] Root(IReadOnlyList<byte[]> leaves, int first, int end)
    {
        if (end == first) return SHA256.HashData([]);
        if (end - first == 1) return leaves[first];
        var k = 1;
        while (k * 2 < end - first) k *= 2;
        return SHA256.HashData([1, .. Root(leaves, first, first + k), .. Root(leaves, first + k, end)]);
    }

    /// <summary>RFC 9162, 2.1.4.2, step by step.</summary>
    public static bool IsConsistent(long first, long second, byte[] firstHash, byte[] secondHash, IReadOnlyList<byte[]> path)
    {
        if (first == second) return path.Count == 0 && firstHash.SequenceEqual(secondHash);
        var rest = new Queue<byte[]>(path);
        if (BitOperationsIsPow2(first)) rest = new Queue<byte[]>([firstHash, .. path]);
        if (rest.Count == 0) return false;
        var (fn, sn) = (first - 1, second - 1);
        while ((fn & 1) == 1) (fn, sn) = (fn >> 1, sn >> 1);
        var fr = rest.Dequeue();
        var sr = fr;
        foreach (var c in rest)
        {
            if (sn == 0) return false;
            if ((fn & 1) == 1 || fn == sn)
            {
                fr = SHA256.HashData([1, .. c, .. fr]);
                sr = SHA256.HashData([1, .. c, .. sr]);
                while ((fn & 1) == 0 && fn != 0) (fn, sn) = (fn >> 1, sn >> 1);
            }
            else
            {
                sr = SHA256.HashData([1, .. sr, .. c]);
            }

            (fn, sn) = (fn >> 1, sn >> 1);
        }

        return sn == 0 && fr.SequenceEqual(firstHash) && sr.SequenceEqual(secondHash);
    }

    /// <summary>tlog-tiles: three-digit groups, all but the last with an x; <c>.p/W</c> for a partial tile.</summary>
    public static string Name(long number, int width)
    {
        var name = (number % 1000).ToString("000", CultureInfo.InvariantCulture);
        for (number /= 1000; number > 0; number /= 1000) name = "x" + (number % 1000).ToString("000", CultureInfo.InvariantCulture) + "/" + name;
        return width == TileWidth ? name : name + ".p/" + width.ToString(CultureInfo.InvariantCulture);
    }

    public Task<string> TextAsync(string file) => http.GetStringAsync(new Uri(prefix + "/" + file));

    private Task<byte[]> BytesAsync(string file) => http.GetByteArrayAsync(new Uri(prefix + "/" + file));

    private static IEnumerable<(long Number, int Width)> Tiles(long count)
    {
        for (var number = 0L; number * TileWidth < count; number++) yield return (number, (int)Math.Min(TileWidth, count - number * TileWidth));
    }

    private static bool BitOperationsIsPow2(long value) => (value & (value - 1)) == 0;

    private static void Require(bool holds, string what)
    {
        if (!holds) throw new InvalidDataException($"The log is not as the specifications say: {what}.");
    }

    /// <summary>OpenSSL's, which is nobody's here.</summary>
    private static class Ed25519
    {
        public static bool Verify(byte[] publicKey, byte[] message, byte[] signature)
        {
            var key = EVP_PKEY_new_raw_public_key(1087, 0, publicKey, publicKey.Length);
            var context = EVP_MD_CTX_new();
            try
            {
                return EVP_DigestVerifyInit(context, 0, 0, 0, key) == 1 && EVP_DigestVerify(context, signature, signature.Length, message, message.Length) == 1;
            }
            finally
            {
                EVP_MD_CTX_free(context);
                EVP_PKEY_free(key);
            }
        }

        [DllImport("libcrypto.so.3")]
        private static extern nint EVP_PKEY_new_raw_public_key(int type, nint engine, byte[] key, nint length);

        [DllImport("libcrypto.so.3")]
        private static extern void EVP_PKEY_free(nint key);

        [DllImport("libcrypto.so.3")]
        private static extern nint EVP_MD_CTX_new();

        [DllImport("libcrypto.so.3")]
        private static extern void EVP_MD_CTX_free(nint context);

        [DllImport("libcrypto.so.3")]
        private static extern int EVP_DigestVerifyInit(nint context, nint keyContext, nint digest, nint engine, nint key);

        [DllImport("libcrypto.so.3")]
        private static extern int EVP_DigestVerify(nint context, byte[] signature, nint signatureLength, byte[] message, nint length);
    }
}
