using System.Text.Json;
using PacSpace.Evidence;
using PacSpace.Testing;

namespace PacSpace.Trials.Tests;

/// <summary>A stranger who keeps every tree head that is shown to it, and in the end wants to see that all are of one history.</summary>
internal sealed class TreeHeadWitness : IAsyncDisposable
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(40);

    private readonly TrialInstallation _installation;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _notes = [];
    private readonly Task _looking;
    private VerifierKey? _key;

    public TreeHeadWitness(TrialInstallation installation)
    {
        _installation = installation;
        _looking = Task.Run(LookAsync);
    }

    /// <summary>Tree heads that differ.</summary>
    public int Count
    {
        get
        {
            lock (_notes) return _notes.Count;
        }
    }

    /// <summary>The latest note that a node shows; null when it does not answer with one.</summary>
    public static async Task<string?> ReadAsync(TrialInstallation installation, Node node)
    {
        try
        {
            using var answer = await installation.Http.GetAsync(new Uri(node.Address, "/log/production/checkpoint"));
            return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : null;
        }
        catch (Exception unanswered) when (unanswered is HttpRequestException or TaskCanceledException or IOException)
        {
            return null;
        }
    }

    public static SignedTreeHead Parse(string note)
    {
        Assert.True(SignedTreeHead.TryParse(note, out var head), note);
        return head;
    }

    /// <summary>Each is signed, sizes only grow, one size has one head, and each is consistent with the next and with the last.</summary>
    /// <returns>Number of heads, and the last one's size.</returns>
    public async Task<(int Heads, long Size)> AllAreOneHistoryAsync()
    {
        await _stop.CancelAsync();
        await _looking;
        var last = await ReadAsync(_installation, _installation.Nodes.First(node => node.IsRunning));
        Assert.NotNull(last);
        if (_notes.Count == 0 || _notes[^1] != last) _notes.Add(last);

        Assert.NotNull(_key);
        var heads = _notes.ConvertAll(Parse);
        Assert.All(heads, head => Assert.True(head.IsSignedBy(_key), head.Note));
        foreach (var (before, after) in heads.Zip(heads.Skip(1)))
            Assert.True(before.Head.Size.Value < after.Head.Size.Value, $"After {before.Note} came {after.Note}");

        var grown = heads.Where(head => head.Head.Size.Value > 0).ToList();
        Assert.NotEmpty(grown);
        foreach (var (before, after) in grown.Zip(grown.Skip(1))) await ConsistentAsync(before, after);
        foreach (var head in grown) await ConsistentAsync(head, grown[^1]);
        return (heads.Count, heads[^1].Head.Size.Value);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _looking;
        _stop.Dispose();
    }

    private async Task LookAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            foreach (var node in _installation.Nodes.Where(node => node.IsOpen && node.IsRunning).ToList())
            {
                _key ??= await KeyAsync(node);
                if (await ReadAsync(_installation, node) is not { } note) continue;
                lock (_notes)
                {
                    if (_notes.Count == 0 || _notes[^1] != note) _notes.Add(note);
                }
            }

            await Task.Delay(LookAgainAfter);
        }
    }

    /// <summary>The key that was published first; everything later must be signed by it.</summary>
    private async Task<VerifierKey?> KeyAsync(Node node)
    {
        try
        {
            using var answer = await _installation.Http.GetAsync(new Uri(node.Address, "/log/production/vkey"));
            return answer.IsSuccessStatusCode && VerifierKey.TryParse((await answer.Content.ReadAsStringAsync()).Split('\n')[0], out var key) ? key : null;
        }
        catch (Exception unanswered) when (unanswered is HttpRequestException or TaskCanceledException or IOException)
        {
            return null;
        }
    }

    private async Task ConsistentAsync(SignedTreeHead first, SignedTreeHead second)
    {
        var node = _installation.Nodes.First(n => n.IsRunning);
        var text = await _installation.Http.GetStringAsync(new Uri(node.Address, $"/log/production/consistency?first={first.Head.Size.Value}&second={second.Head.Size.Value}"));
        using var json = JsonDocument.Parse(text);
        var proof = json.RootElement.GetProperty("data").GetProperty("proof").EnumerateArray().Select(hash => Convert.FromHexString(hash.GetString()![2..])).ToList();
        Assert.True(
            LogConsistency.Holds(first.Head.Size.Value, first.Head.Root.ToArray(), second.Head.Size.Value, second.Head.Root.ToArray(), proof),
            $"{second.Note} does not go on from {first.Note}: {text}");
    }
}
