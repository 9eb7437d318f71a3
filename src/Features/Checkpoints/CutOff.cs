using PacSpace.Evidence;

namespace PacSpace.Features.Checkpoints;

/// <summary>Where a checkpoint's covered window ends.</summary>
/// <param name="AsOf">When the checkpoint is committed, on the ledger's own clock.</param>
/// <param name="CoveredThrough">The earlier of the window's end and <paramref name="AsOf"/>; outside the window. The ledger's
/// floor has to be raised to it before the records are determined.</param>
/// <param name="IsClosed">No record can fall into the window any more.</param>
internal sealed record CutOff(Timestamp AsOf, Timestamp CoveredThrough, bool IsClosed)
{
    /// <summary>Decides the cut-off; null for a window of which nothing has passed yet.</summary>
    /// <param name="now">This node's clock.</param>
    /// <param name="floor">No record of the ledger gets an earlier <c>acceptedAt</c> from now on.</param>
    /// <remarks>The ledger's time is the later of the two, since another node's clock may be ahead of ours: what it accepted
    /// is in the past for everybody. An open window ends one microsecond after the floor at the least, so that every record
    /// accepted before the request is covered.</remarks>
    public static CutOff? Decide(Window window, Timestamp now, Timestamp floor)
    {
        var ledgerTime = Later(now, floor);
        if (window.End <= ledgerTime) return new CutOff(ledgerTime, window.End, true);

        var asOf = Later(now, floor.AddMicroseconds(1));
        if (asOf <= window.Start) return null;
        return asOf >= window.End ? new CutOff(asOf, window.End, true) : new CutOff(asOf, asOf, false);
    }

    private static Timestamp Later(Timestamp a, Timestamp b) => a > b ? a : b;
}
