using PacSpace.Evidence;

namespace PacSpace.Features.Automation;

/// <summary>What a tenant set for one environment, and how far it has come. Pure: every change is another value.</summary>
/// <param name="ClosedThrough">Windows that end by then are done. The next one is the window of the cadence that this instant lies
/// in, so a change of cadence neither leaves a gap nor goes back.</param>
internal sealed record AutomationSettings(bool IsEnabled, Cadence Cadence, int DelayMinutes, Timestamp ClosedThrough)
{
    public const int DefaultDelayMinutes = 5;
    public const int MaxDelayMinutes = 1_440;

    private const long MicrosecondsAMinute = 60_000_000;

    /// <summary>Of an environment for which nothing was ever set.</summary>
    public static AutomationSettings Never { get; } = new(false, Cadence.Monthly, DefaultDelayMinutes, Timestamp.FromMicroseconds(0));

    public Window NextWindow => Cadences.WindowAt(Cadence, ClosedThrough);

    /// <summary>The delay after the next window's end; in the past for a window that was missed. Null while it is off.</summary>
    public Timestamp? NextRunAt => IsEnabled ? NextWindow.End.AddMicroseconds(DelayMinutes * MicrosecondsAMinute) : null;

    /// <remarks>What is switched on begins with the first window that is not due yet: it closes nothing of the time when it was
    /// off. What was on stays where it is, so that no window that was missed is lost by a change of the delay.</remarks>
    public AutomationSettings Change(bool isEnabled, Cadence cadence, int delayMinutes, Timestamp now)
    {
        var notDueYet = Cadences.WindowAt(cadence, now.AddMicroseconds(-delayMinutes * MicrosecondsAMinute)).Start;
        var startsAnew = isEnabled && !IsEnabled && notDueYet > ClosedThrough;
        return new AutomationSettings(isEnabled, cadence, delayMinutes, startsAnew ? notDueYet : ClosedThrough);
    }

    public AutomationSettings Closed(Window window) => window.End > ClosedThrough ? this with { ClosedThrough = window.End } : this;
}
