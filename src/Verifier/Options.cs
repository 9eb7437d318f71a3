using System.Diagnostics.CodeAnalysis;
using PacSpace.Evidence;

namespace PacSpace.Verifier;

/// <summary>What the command line asks for.</summary>
internal sealed record Options(IReadOnlyList<string> Files, KeyRing Keys, bool Json)
{
    public const string Usage = """
        usage: pacspace-verify FILE… --key VKEY [--json]

          FILE      a receipt or a record proof; several receipts of one customer are also
                    checked against each other
          --key     the log's verifier key, or a file that holds such keys as the log publishes
                    them; may be given several times. Get it from somewhere you trust, not from
                    where the receipt came
          --json    write the result as JSON

        Exit code 0: everything holds. 1: something does not; the line says which check and which
        record. 2: wrong use, nothing was checked.
        """;

    public static bool TryParse(string[] args, [NotNullWhen(true)] out Options? options, [NotNullWhen(false)] out string? complaint)
    {
        var (files, keys, json) = (new List<string>(), new List<TrustedKey>(), false);
        (options, complaint) = (null, null);
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--json":
                    json = true;
                    break;
                case "--key" when ++i == args.Length:
                    complaint = "--key needs a verifier key or a file of keys.";
                    return false;
                case "--key":
                    if (!TryReadKeys(args[i], keys, out complaint)) return false;
                    break;
                case ['-', _, ..] option:
                    complaint = $"There is no option {option}.";
                    return false;
                case var file:
                    files.Add(file);
                    break;
            }
        }
        if (files.Count == 0) complaint = "There is no file to check.";
        else if (keys.Count == 0) complaint = "A key is needed: without one, anybody could have signed.";
        if (complaint is not null) return false;
        options = new(files, new(keys), json);
        return true;
    }

    private static bool TryReadKeys(string text, List<TrustedKey> keys, [NotNullWhen(false)] out string? complaint)
    {
        complaint = null;
        if (TrustedKey.TryParse(text, out var key))
        {
            keys.Add(key);
            return true;
        }
        try
        {
            if (KeyRing.TryParse(File.ReadAllText(text), out var ring))
            {
                keys.AddRange(ring.Keys);
                return true;
            }
            complaint = $"{Printable.Of(text)} does not hold verifier keys, one on each line.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            complaint = $"{Printable.Of(text)} is neither a verifier key nor a file that can be read.";
        }
        return false;
    }
}
