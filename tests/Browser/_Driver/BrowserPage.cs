using System.Text.Json;
using PacSpace.Testing;

namespace PacSpace.Browser.Tests;

/// <summary>How a visitor looks at a page.</summary>
/// <param name="Width">In CSS pixels: 390 is a telephone, 1280 a desk.</param>
public sealed record Looks(int Width = 1280, bool Dark = false, bool Scripts = true)
{
    /// <summary>The four in which every page is looked at.</summary>
    public static IReadOnlyList<Looks> All { get; } = [new(390), new(390, Dark: true), new(), new(Dark: true)];

    public override string ToString() => $"{Width}-{(Dark ? "dark" : "light")}{(Scripts ? "" : "-no-scripts")}";
}

/// <summary>A page in a browser context of its own: what a visitor does, and what the browser had to say about it.</summary>
public sealed class BrowserPage : IAsyncDisposable
{
    private const int Height = 900;

    /// <summary>How Chromium calls a download that goes on.</summary>
    private const string Unfinished = ".crdownload";

    private readonly DevTools _devTools;
    private readonly string _context;
    private readonly string _session;
    private readonly Lock _gate = new();
    private readonly List<string> _requests = [];
    private readonly List<string> _complaints = [];
    private readonly Dictionary<string, long> _wireBytes = [];
    private TaskCompletionSource _loaded = new();

    private BrowserPage(DevTools devTools, string context, string session) => (_devTools, _context, _session) = (devTools, context, session);

    /// <summary>The addresses asked for since the page was opened, the page's own among them.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_gate) return [.. _requests];
        }
    }

    /// <summary>Uncaught exceptions, and what the browser reported as errors: refused content, files that are not there.</summary>
    public IReadOnlyList<string> Complaints
    {
        get
        {
            lock (_gate) return [.. _complaints];
        }
    }

    /// <summary>What came over the wire since the page was opened, heads and compressed bodies together.</summary>
    public long WireBytes
    {
        get
        {
            lock (_gate) return _wireBytes.Values.Sum();
        }
    }

    internal static async Task<BrowserPage> OpenAsync(DevTools devTools, Looks looks)
    {
        var context = (await devTools.SendAsync("Target.createBrowserContext")).GetProperty("browserContextId").GetString()!;
        var target = (await devTools.SendAsync("Target.createTarget", new { url = "about:blank", browserContextId = context })).GetProperty("targetId").GetString()!;
        var session = (await devTools.SendAsync("Target.attachToTarget", new { targetId = target, flatten = true })).GetProperty("sessionId").GetString()!;
        var page = new BrowserPage(devTools, context, session);
        devTools.Listen(session, page.Hear);
        foreach (var domain in (string[])["Page", "Network", "Runtime", "Log", "DOM"]) await page.SendAsync($"{domain}.enable");
        await page.SendAsync("Emulation.setDeviceMetricsOverride", new { width = looks.Width, height = Height, deviceScaleFactor = 1, mobile = looks.Width < 640 });
        object[] features = [new { name = "prefers-color-scheme", value = looks.Dark ? "dark" : "light" }, new { name = "prefers-reduced-motion", value = "reduce" }];
        await page.SendAsync("Emulation.setEmulatedMedia", new { features });
        await page.SendAsync("Emulation.setFocusEmulationEnabled", new { enabled = true });
        if (!looks.Scripts) await page.SendAsync("Emulation.setScriptExecutionDisabled", new { value = true });
        return page;
    }

    /// <summary>Goes to an address and waits until it is loaded.</summary>
    public async Task GoToAsync(Uri address)
    {
        _loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = await SendAsync("Page.navigate", new { url = address.AbsoluteUri });
        if (answer.TryGetProperty("errorText", out var error)) throw new InvalidOperationException($"{address}: {error}");
        await _loaded.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    /// <summary>Does what leads to another page, and waits until that is loaded.</summary>
    public async Task FollowAsync(Func<Task> act)
    {
        _loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await act();
        await _loaded.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    /// <summary>Presses a link or a button that leads to another page.</summary>
    public Task FollowAsync(string selector) => FollowAsync(() => ClickAsync(selector));

    /// <summary>A cookie as a server would set it.</summary>
    public Task SetCookieAsync(string name, string value, Uri address) =>
        SendAsync("Network.setCookie", new { name, value, url = address.AbsoluteUri, httpOnly = true, sameSite = "Lax" });

    /// <summary>Presses what answers with a file, and reads that to its end.</summary>
    public async Task<(string Name, byte[] Bytes)> DownloadAsync(Func<Task> press)
    {
        using var folder = new TemporaryFolder();
        var downloads = Directory.CreateDirectory(folder.Combine("downloads")).FullName;
        await _devTools.SendAsync("Browser.setDownloadBehavior", new { behavior = "allow", browserContextId = _context, downloadPath = downloads });
        await press();
        string[] files = [];
        await Eventually.HoldsAsync(() =>
        {
            files = Directory.GetFiles(downloads);
            return files.Length == 1 && !files[0].EndsWith(Unfinished, StringComparison.Ordinal) && !Path.GetFileName(files[0]).StartsWith('.');
        });
        return (Path.GetFileName(files[0]), await File.ReadAllBytesAsync(files[0]));
    }

    /// <summary>The network goes away, for this page.</summary>
    public Task GoOfflineAsync() =>
        SendAsync("Network.emulateNetworkConditions", new { offline = true, latency = 0, downloadThroughput = -1, uploadThroughput = -1 });

    /// <summary>Runs before any script of the pages to come.</summary>
    public Task BeforeScriptsAsync(string script) => SendAsync("Page.addScriptToEvaluateOnNewDocument", new { source = script });

    /// <summary>The value of an expression, awaited if it is a promise, as JSON.</summary>
    public async Task<JsonElement> EvaluateAsync(string expression)
    {
        var answer = await SendAsync("Runtime.evaluate", new { expression, awaitPromise = true, returnByValue = true });
        if (answer.TryGetProperty("exceptionDetails", out var details)) throw new InvalidOperationException($"{expression[..Math.Min(200, expression.Length)]}: {details}");
        return answer.GetProperty("result").TryGetProperty("value", out var value) ? value : default;
    }

    /// <summary>The value of a function of one argument, which may be anything that JSON can hold.</summary>
    public Task<JsonElement> CallAsync(string function, object argument) => EvaluateAsync($"({function})({JsonSerializer.Serialize(argument)})");

    public async Task<string> TextAsync(string selector) => (await CallAsync("selector => document.querySelector(selector)?.innerText ?? ''", selector)).GetString()!;

    public async Task<IReadOnlyList<string>> TextsAsync(string selector) =>
        [.. (await CallAsync("selector => [...document.querySelectorAll(selector)].map(it => it.innerText)", selector)).EnumerateArray().Select(text => text.GetString()!)];

    /// <summary>Waits until a function of the page is true.</summary>
    public Task HoldsAsync(string condition) => Eventually.HoldsAsync(async () => (await EvaluateAsync(condition)).ValueKind == JsonValueKind.True, what: condition);

    /// <summary>A press of the mouse in the middle of an element, where a visitor would press: it stands still, and nothing lies over it.</summary>
    public async Task ClickAsync(string selector)
    {
        const string place =
            """
            selector => {
              const element = document.querySelector(selector);
              if (!element) return null;
              element.scrollIntoView({ block: 'center' });
              const { x, y, width, height } = element.getClientRects()[0] ?? new DOMRect();
              const middle = { x: x + width / 2, y: y + height / 2 };
              return element.contains(document.elementFromPoint(middle.x, middle.y)) ? middle : null;
            }
            """;
        var (box, before) = (default(JsonElement), "");
        await Eventually.HoldsAsync(
            async () =>
            {
                box = await CallAsync(place, selector);
                var stands = box.ValueKind == JsonValueKind.Object && box.ToString() == before;
                before = box.ToString();
                return stands;
            },
            what: $"{selector} can be seen and pressed");
        foreach (var type in (string[])["mousePressed", "mouseReleased"])
        {
            await SendAsync("Input.dispatchMouseEvent", new { type, x = box.GetProperty("x").GetDouble(), y = box.GetProperty("y").GetDouble(), button = "left", clickCount = 1 });
        }
    }

    /// <summary>Presses a key: <c>Tab</c>, <c>Shift+Tab</c>, <c>Enter</c>, <c>Escape</c>, <c>Space</c>, <c>ArrowDown</c> and the other arrows.</summary>
    public async Task PressAsync(string key)
    {
        const int shift = 8;
        var name = key[(key.IndexOf('+', StringComparison.Ordinal) + 1)..];
        var (code, text) = name switch
        {
            "Tab" => (9, ""), "Enter" => (13, "\r"), "Escape" => (27, ""), "Space" => (32, " "),
            "ArrowLeft" => (37, ""), "ArrowUp" => (38, ""), "ArrowRight" => (39, ""), "ArrowDown" => (40, ""),
            _ => throw new ArgumentException("That key is not known here.", nameof(key)),
        };
        var press = new { type = "keyDown", key = name == "Space" ? " " : name, code = name, windowsVirtualKeyCode = code, text, modifiers = name == key ? 0 : shift };
        await SendAsync("Input.dispatchKeyEvent", press);
        await SendAsync("Input.dispatchKeyEvent", press with { type = "keyUp", text = "" });
    }

    /// <summary>Types into what has focus.</summary>
    public Task TypeAsync(string text) => SendAsync("Input.insertText", new { text });

    /// <summary>Chooses files in a file field.</summary>
    public async Task ChooseAsync(string selector, params string[] files)
    {
        var field = (await SendAsync("Runtime.evaluate", new { expression = $"document.querySelector({JsonSerializer.Serialize(selector)})" })).GetProperty("result").GetProperty("objectId").GetString()!;
        await SendAsync("DOM.setFileInputFiles", new { files, objectId = field });
    }

    /// <summary>The whole page as a PNG.</summary>
    public async Task ScreenshotAsync(string file)
    {
        var answer = await SendAsync("Page.captureScreenshot", new { format = "png", captureBeyondViewport = true });
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllBytesAsync(file, answer.GetProperty("data").GetBytesFromBase64());
    }

    /// <summary>The page as a printer would get it, on A4.</summary>
    public async Task PrintAsync(string file)
    {
        var answer = await SendAsync("Page.printToPDF", new { paperWidth = 8.27, paperHeight = 11.69 });
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllBytesAsync(file, answer.GetProperty("data").GetBytesFromBase64());
    }

    public async ValueTask DisposeAsync()
    {
        await _devTools.SendAsync("Target.disposeBrowserContext", new { browserContextId = _context });
        _devTools.Forget(_session);
    }

    private Task<JsonElement> SendAsync(string method, object? parameters = null) => _devTools.SendAsync(method, parameters, _session);

    private void Hear(string method, JsonElement what)
    {
        switch (method)
        {
            case "Page.loadEventFired":
                _loaded.TrySetResult();
                break;
            case "Network.requestWillBeSent":
                lock (_gate) _requests.Add(what.GetProperty("request").GetProperty("url").GetString()!);
                break;
            case "Network.loadingFinished":
                lock (_gate) _wireBytes[what.GetProperty("requestId").GetString()!] = (long)what.GetProperty("encodedDataLength").GetDouble();
                break;
            case "Runtime.exceptionThrown":
                lock (_gate) _complaints.Add(what.GetProperty("exceptionDetails").ToString());
                break;
            case "Log.entryAdded" when what.GetProperty("entry").GetProperty("level").GetString() == "error":
                lock (_gate) _complaints.Add(what.GetProperty("entry").GetProperty("text").GetString()!);
                break;
        }
    }
}
