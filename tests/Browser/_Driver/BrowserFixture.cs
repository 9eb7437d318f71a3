using System.Diagnostics;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Browser.Tests;

/// <summary>One headless Chromium for the test process; it starts with the first page. Each page has storage and cookies of its own.</summary>
/// <remarks>The browser's parent is a shell that ends it when its input ends: a test process that is killed leaves no browser.</remarks>
public sealed class BrowserFixture : IAsyncLifetime
{
    private const string Program = "chromium";

    private const string Tether = "\"$@\" <&- & browser=$!; cat >/dev/null; kill $browser 2>/dev/null; wait $browser";

    private readonly Lazy<Task<Running>> _running = new(StartAsync);

    /// <summary>A new page at about:blank.</summary>
    public async Task<BrowserPage> OpenAsync(Looks? looks = null) => await BrowserPage.OpenAsync((await _running.Value).DevTools, looks ?? new Looks());

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_running.IsValueCreated) await (await _running.Value).DisposeAsync();
    }

    private static async Task<Running> StartAsync()
    {
        var profile = new TemporaryFolder();
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true };
        string[] arguments =
        [
            "-c", Tether, "sh", Program, "--headless=new", "--remote-debugging-port=0", $"--user-data-dir={profile.Path}", "--no-first-run", "--disable-gpu",
            "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--hide-scrollbars", "--force-color-profile=srgb",
            // Every page is looked at as if it lay in front.
            "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding", "--disable-background-timer-throttling",
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        if (Environment.UserName == "root") start.ArgumentList.Add("--no-sandbox"); // Chromium's sandbox is not for root
        var process = Process.Start(start)!;
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new List<string>();
        process.ErrorDataReceived += (_, line) =>
        {
            const string announcement = "DevTools listening on ";
            if (line.Data is null) address.TrySetException(new InvalidOperationException($"{Program} did not start (./dev test installs it): {string.Join('\n', said)}"));
            else if (line.Data.StartsWith(announcement, StringComparison.Ordinal)) address.TrySetResult(new Uri(line.Data[announcement.Length..]));
            else said.Add(line.Data);
        };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return new Running(process, profile, await DevTools.ConnectAsync(await address.Task));
    }

    private sealed record Running(Process Process, TemporaryFolder Profile, DevTools DevTools) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await DevTools.DisposeAsync();
            Process.StandardInput.Close();
            await Process.WaitForExitAsync();
            Process.Dispose();
            Profile.Dispose();
        }
    }
}
