namespace PacSpace.Evidence;

/// <summary>A half-open span of instants: <paramref name="Start"/> is inside, <paramref name="End"/> is not.</summary>
/// <remarks>Two windows that touch (the end of one is the start of the other) have no instant in common and none between them.</remarks>
/// <param name="Start">The first instant inside.</param>
/// <param name="End">The first instant after.</param>
public readonly record struct Window(Timestamp Start, Timestamp End)
{
    /// <summary>Whether no instant lies inside.</summary>
    public bool IsEmpty => Start >= End;

    /// <summary>Whether an instant lies inside.</summary>
    public bool Contains(Timestamp instant) => Start <= instant && instant < End;

    /// <summary>The month that this window is exactly; null when it is not exactly one UTC month.</summary>
    public Period? AsPeriod() => Period.TryOf(Start, out var period) && period.Window == this ? period : null;

    /// <summary><c>[start, end)</c> in the statement form.</summary>
    public override string ToString() => $"[{Start}, {End})";
}
