using System.Threading.Channels;

namespace PacSpace.Features.Automation;

/// <summary>Tells this node's schedule that settings changed. Nothing depends on it: the schedule looks by itself.</summary>
internal sealed class AutomationBell(TimeProvider clock)
{
    private readonly Channel<bool> _rung = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Ring() => _rung.Writer.TryWrite(true);

    /// <summary>Returns when it rings, or when the time is over on the service's clock.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken ct)
    {
        using var over = new CancellationTokenSource(atMost, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, ct);
        try
        {
            await _rung.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Nobody rang.
        }
    }
}
