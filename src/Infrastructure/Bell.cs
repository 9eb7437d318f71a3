namespace PacSpace.Infrastructure;

/// <summary>Wakes who waits for work. Any number of rings between two looks are one; ringing takes no lock.</summary>
internal sealed class Bell
{
    private TaskCompletionSource _rung = New();

    public void Ring()
    {
        var rung = Volatile.Read(ref _rung);
        if (!rung.Task.IsCompleted) rung.TrySetResult();
    }

    /// <summary>Waits for a ring, or until the time is up; it does not matter which.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken ct)
    {
        var rung = Volatile.Read(ref _rung).Task;
        await Task.WhenAny(rung, Task.Delay(atMost, ct));
        ct.ThrowIfCancellationRequested();

        // Hung up anew before the look that follows, so that a ring during the look is not lost.
        if (rung.IsCompleted) Volatile.Write(ref _rung, New());
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
