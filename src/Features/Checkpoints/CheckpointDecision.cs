using System.Globalization;
using System.Text;
using PacSpace.Evidence;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Checkpoints;

/// <summary>Whether a proof can be made of what was found, and what it says. Pure.</summary>
internal static class CheckpointDecision
{
    private const int MaxDetails = 100;

    /// <param name="isSealed">Every record of the ledger accepted before the cut-off is sealed.</param>
    /// <param name="checkpointId">Drawn by the caller.</param>
    /// <param name="salt">Drawn by the caller.</param>
    /// <remarks>Precedence: damage that waiting does not mend (409), records that are still to be sealed (503), unknown
    /// fingerprints (400). A fingerprint is called unknown only when all records are known.</remarks>
    public static Outcome<StoredCheckpoint> Decide(
        CheckpointOrder order, CutOff cutOff, WindowContent content, bool isSealed, RecordIds ids, string checkpointId, Salt salt)
    {
        var ledgerNo = order.Customer.Ledger.LedgerNo;
        var (failed, missing) = (content.Failed, content.Missing);
        if (failed.Count + missing.Count > 0)
        {
            return Unavailable([
                .. failed.Select(index => new RefusalDetail(ids.Encode(ledgerNo, index), "failed")),
                .. missing.Select(seq => new RefusalDetail(MissingField(order.Customer.CustomerId, seq), "failed"))]);
        }

        if (!isSealed) return Refusal.TryLater("Records of the window are still being verified");
        if (content.UnknownFingerprints.Count > 0) return UnknownFingerprints(order, content.UnknownFingerprints);

        // Every row fits its neighbours and the rows at the edges reproduce their hashes; if the sums still do not lead from one
        // balance to the other, we do not know what we would sign.
        if (!content.IsBalanced)
            throw new InvalidOperationException($"Checkpoint over {cutOff}: {content.Opening} and {content.Fold.Net} do not give {content.Closing}.");

        return Draft(order, cutOff, content, checkpointId, salt);
    }

    /// <summary>The number of a record that is not stored any more; it has no id that could be told.</summary>
    internal static string MissingField(string customerId, long seq) => string.Create(CultureInfo.InvariantCulture, $"{customerId}#{seq}");

    private static StoredCheckpoint Draft(CheckpointOrder order, CutOff cutOff, WindowContent content, string checkpointId, Salt salt)
    {
        var (edges, fold, isSelected) = (content.Edges, content.Fold, content.SelectedSeqs is not null);
        var (firstSeq, lastSeq) = content.SelectedSeqs is { } chosen ? (chosen[0], chosen[^1]) : (edges.FirstSeq, edges.LastSeq);
        var opening = isSelected ? Amount.Zero : content.Opening;
        var statement = new CheckpointStatement
        {
            CheckpointId = checkpointId,
            LedgerId = order.Customer.Ledger.LedgerId,
            CustomerId = order.Customer.CustomerId,
            Mode = order.Mode,
            Start = order.Window.Start,
            End = order.Window.End,
            AsOf = cutOff.AsOf,
            Count = fold.Count,
            FirstSeq = firstSeq,
            LastSeq = lastSeq,
            Opening = opening,
            Net = fold.Net,
            Closing = opening + fold.Net,
            Unit = fold.Unit,
            RecordedBy = order.Customer.VendorName,
        };
        return new StoredCheckpoint
        {
            CheckpointId = checkpointId,
            Customer = order.Customer,
            Mode = order.Mode,
            Trigger = order.Trigger,
            RunId = order.RunId,
            Window = order.Window,
            AsOf = cutOff.AsOf,
            CoveredThrough = cutOff.CoveredThrough,
            RecordCount = fold.Count,
            FirstSeq = firstSeq,
            LastSeq = lastSeq,
            FirstRecordAt = fold.Count == 0 ? null : content.At(firstSeq)!.AcceptedAt,
            LastRecordAt = fold.Count == 0 ? null : content.At(lastSeq)!.AcceptedAt,
            Opening = opening,
            Net = fold.Net,
            Closing = statement.Closing,
            Increases = fold.Increases,
            Decreases = fold.Decreases,
            Unit = fold.Unit,
            RecordedBy = statement.RecordedBy,
            Statement = Encoding.UTF8.GetString(statement.ToUtf8()),
            Salt = salt,
            ProofRoot = fold.ProofRoot(statement.LeafHash(salt)),
            SelectedSeqs = content.SelectedSeqs,
            CreatedAt = cutOff.AsOf,
        };
    }

    private static Refusal Unavailable(IReadOnlyList<RefusalDetail> details) =>
        new(RefusalCode.ProofUnavailable, "Records of the window cannot be proved until their content is restored") { Details = [.. details.Take(MaxDetails)] };

    private static Refusal UnknownFingerprints(CheckpointOrder order, IReadOnlyList<Hash> unknown)
    {
        var places = order.Fingerprints.Select((hash, place) => (hash, place)).ToDictionary(f => f.hash, f => f.place);
        return new Refusal(RefusalCode.FingerprintNotFound, "Some fingerprints are not of verified records of the window")
        {
            Details = [.. unknown.Select(hash => new RefusalDetail(
                string.Create(CultureInfo.InvariantCulture, $"fingerprints[{places[hash]}]"), $"{hash.To0x()} is not of a verified record of the window"))],
        };
    }
}
