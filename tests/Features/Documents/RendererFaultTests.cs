using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PacSpace.Infrastructure.Documents;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Documents;

/// <summary>Renderers that are missing, hang, crash, talk nonsense or do not stop, in place of ours.</summary>
public sealed class RendererFaultTests : IDisposable
{
    /// <summary>Says that it is ready, then does as it is told.</summary>
    private const string Ready = "printf 'R\\0\\0\\0\\0'; ";

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Faults => new()
    {
        { "missing",                   "exec /nowhere/python3" },
        { "ends at once",              "exit 0" },
        { "never becomes ready",       "exec sleep 1000" },
        { "crashes when asked",        Ready + "head -c 1 >/dev/null; kill -SEGV $$" },
        { "hangs when asked",          Ready + "head -c 1 >/dev/null; exec sleep 1000" },
        { "reads and says nothing",    Ready + "exec cat >/dev/null" },
        { "says no",                   Ready + "head -c 1 >/dev/null; printf 'X\\0\\0\\0\\002no'" },
        { "talks nonsense",            Ready + "exec yes" },
        { "does not stop",             Ready + "while printf 'P\\0\\0\\0\\04more'; do :; done" },
        { "takes all memory",          Ready + "exec /usr/bin/python3 -c 'import sys; sys.stdin.read(1); b = bytearray(1 << 40)'" },
        { "stops half-way",            Ready + "head -c 1 >/dev/null; printf 'P\\0\\0\\0\\04mo'" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_bad_renderer_is_an_unavailable_one_in_bounded_time(string what, string shell)
    {
        using var renderer = new DocumentRenderer(Options(shell), NullLogger<DocumentRenderer>.Instance);
        var since = Stopwatch.GetTimestamp();

        for (var i = 0; i < 2; i++) // the first failure leaves no process, and no place taken
            await Assert.ThrowsAsync<RendererUnavailableException>(() => renderer.RenderAsync(Job(), new MemoryStream(), CancellationToken.None));

        Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(30), what);
    }

    [Fact]
    public async Task Whoever_goes_away_is_told_so_and_frees_the_place()
    {
        using var renderer = new DocumentRenderer(Options(Ready + "exec sleep 1000") with { LongestSilence = TimeSpan.FromMinutes(5) }, NullLogger<DocumentRenderer>.Instance);
        for (var i = 0; i < 2; i++)
        {
            using var leaving = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => renderer.RenderAsync(Job(), new MemoryStream(), leaving.Token));
        }
    }

    [Fact]
    public async Task A_document_that_cannot_be_made_leaves_nothing_in_the_store()
    {
        var options = Options("exit 0");
        using var renderer = new DocumentRenderer(options, NullLogger<DocumentRenderer>.Instance);
        var store = new DocumentStore(options, TimeProvider.System);

        await Assert.ThrowsAsync<RendererUnavailableException>(() => store.GetAsync("a"u8.ToArray(), to => renderer.RenderAsync(Job(), to, CancellationToken.None), CancellationToken.None));

        Assert.Empty(Directory.EnumerateFiles(_folder.Combine("documents")));
    }

    [Fact]
    public async Task The_store_makes_a_document_once_and_gives_up_those_that_were_not_asked_for()
    {
        var clock = new FakeClock(ClosingScenario.April);
        var store = new DocumentStore(Options("exit 0") with { MaxKeptBytes = 250 }, clock);
        var made = 0;
        foreach (var name in new[] { "a", "b", "a", "c", "a", "b" }) // c takes the place of b, and b that of c
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await using var document = await store.GetAsync(Encoding.UTF8.GetBytes(name), Hundred, CancellationToken.None);
            Assert.Equal(100, document.Length);
        }

        Assert.Equal((4, 2), (made, Directory.GetFiles(_folder.Combine("documents")).Length));

        async Task Hundred(Stream to)
        {
            made++;
            await to.WriteAsync(new byte[100]);
        }
    }

    private RendererOptions Options(string shell) => new()
    {
        Folder = _folder.Combine("documents"),
        Workers = 1,
        LongestSilence = TimeSpan.FromSeconds(1),
        LongestJob = TimeSpan.FromSeconds(5),
        MaxDocumentBytes = 1 << 20,
        MaxMemoryBytes = 1L << 30,
        Command = ["/bin/sh", "-c", shell],
    };

    private static RenderJob Job() => new(1, "0", null, Parts());

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Parts()
    {
        await Task.CompletedTask;
        yield return "<html></html>"u8.ToArray();
    }
}
