namespace PacSpace.Features.Commands;

/// <summary>One line on a terminal that is written over and over. Where the output is no terminal, nothing is written.</summary>
/// <remarks>Called from whichever thread makes progress.</remarks>
internal sealed class ProgressLine(TextWriter terminal) : IDisposable
{
    private const int Width = 100;
    private const int ShortestMilliseconds = 100;

    private readonly bool _isTerminal = !Console.IsErrorRedirected && ReferenceEquals(terminal, Console.Error);
    private readonly Lock _gate = new();
    private long _shownAt;
    private bool _isShown;

    public void Show(string text)
    {
        if (!_isTerminal) return;
        lock (_gate)
        {
            if (_isShown && Environment.TickCount64 - _shownAt < ShortestMilliseconds) return;
            (_shownAt, _isShown) = (Environment.TickCount64, true);
            terminal.Write("\r" + (text.Length > Width ? text[..Width] : text.PadRight(Width)));
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            if (_isShown) terminal.Write("\r" + new string(' ', Width) + "\r");
            _isShown = false;
        }
    }

    public void Dispose() => Clear();
}
