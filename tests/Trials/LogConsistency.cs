using System.Security.Cryptography;

namespace PacSpace.Trials.Tests;

/// <summary>RFC 6962, 2.1.2, checked as RFC 9162, 2.1.4.2 words it; written here from the RFC and from nothing of ours.</summary>
internal static class LogConsistency
{
    public static bool Holds(long first, byte[] firstRoot, long second, byte[] secondRoot, IReadOnlyList<byte[]> proof)
    {
        if (first == second) return proof.Count == 0 && firstRoot.AsSpan().SequenceEqual(secondRoot);
        if (first <= 0 || first > second || proof.Count == 0) return false;

        var path = new Queue<byte[]>(long.IsPow2(first) ? [firstRoot, .. proof] : proof);
        var (fn, sn) = (first - 1, second - 1);
        while ((fn & 1) == 1) (fn, sn) = (fn >> 1, sn >> 1);
        var fr = path.Dequeue();
        var sr = fr;
        foreach (var c in path)
        {
            if (sn == 0) return false;
            if ((fn & 1) == 1 || fn == sn)
            {
                (fr, sr) = (Node(c, fr), Node(c, sr));
                while ((fn & 1) == 0 && fn != 0) (fn, sn) = (fn >> 1, sn >> 1);
            }
            else
            {
                sr = Node(sr, c);
            }

            (fn, sn) = (fn >> 1, sn >> 1);
        }

        return sn == 0 && fr.AsSpan().SequenceEqual(firstRoot) && sr.AsSpan().SequenceEqual(secondRoot);
    }

    private static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([1, .. left, .. right]);
}
