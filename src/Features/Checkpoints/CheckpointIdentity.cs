using System.Text;
using PacSpace.Evidence;

namespace PacSpace.Features.Checkpoints;

/// <summary>What makes two requests for one customer the same request: window, mode and the set of fingerprints.</summary>
internal static class CheckpointIdentity
{
    /// <remarks>SHA-256 over lines: a version, start, end, mode, then the fingerprints in hex, sorted; the order in which a
    /// caller lists them does not matter. The ledger and the customer stand beside it in the index.</remarks>
    public static Hash Of(Window window, CheckpointMode mode, IReadOnlyCollection<Hash> fingerprints)
    {
        var text = new StringBuilder("pacspace/checkpoint-identity/1\n")
            .Append(window.Start).Append('\n').Append(window.End).Append('\n').Append(ModeText(mode)).Append('\n');
        foreach (var fingerprint in fingerprints.Select(f => f.ToHex()).Order(StringComparer.Ordinal)) text.Append(fingerprint).Append('\n');
        return Hash.Sha256(Encoding.UTF8.GetBytes(text.ToString()));
    }

    public static string ModeText(CheckpointMode mode) => mode == CheckpointMode.Selected ? "selected" : "all";
}
