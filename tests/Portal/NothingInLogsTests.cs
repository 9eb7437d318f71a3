using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PacSpace.Features.Sharing;
using PacSpace.Testing;
using Xunit;
using static PacSpace.Portal.Tests.RecordPagesScenario;

namespace PacSpace.Portal.Tests;

/// <summary>Handles, codes and cookies stand in no line that a server writes, however much it is told to say.</summary>
public sealed class NothingInLogsTests(PostgresFixture postgres)
{
    private static readonly string[] s_raised =
    [
        "LogLevel:Default", "LogLevel:Microsoft", "LogLevel:Microsoft.AspNetCore", "LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "LogLevel:Microsoft.EntityFrameworkCore",
        "LogLevel:Npgsql", "LogLevel:System", "Whole:LogLevel:Default", "Whole:LogLevel:Microsoft.AspNetCore.Routing", "Whole:LogLevel:Microsoft.*.Diagnostics",
    ];

    [Fact]
    public async Task Not_in_the_whole_story_of_a_link()
    {
        using var log = new WholeLog();
        await using var of = await StartAsync(postgres, builder =>
        {
            // As the program is delivered, and then all that an operator can raise, by whatever name.
            builder.Configuration.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: false);
            builder.Configuration.AddInMemoryCollection(s_raised.Select(name => KeyValuePair.Create($"Logging:{name}", (string?)"Trace")));
            builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging")).SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        });
        await of.ListenAsync();
        var (march, april) = await of.RecordThreeMonthsAsync();
        var secrets = new List<string> { of.Handle, await of.CodeAsync() };
        var browser = of.NewVisitor();

        await browser.GetAsync(of.Home);
        await browser.GetAsync($"/c/{of.Handle.ToUpperInvariant()}/records");
        await browser.GetAsync($"{of.Home}/records?period=nonsense");
        await browser.PostAsync($"{of.Home}/unlock", [("code", secrets[1][..5])]);
        for (var i = 0; i < 4; i++) await browser.PostAsync($"{of.Home}/unlock", [("code", $"Z{secrets[1][1..5]}Q"), ("next", $"{of.Home}/records")]);
        browser.Address = "198.51.100.1";
        Assert.Equal(303, (await browser.PostAsync($"{of.Home}/unlock", [("code", secrets[1])])).Status);
        secrets.AddRange(browser.Cookies.Values);
        var record = (await of.AskMiddlewareAsync("live?limit=1")).GetProperty("records")[0].GetProperty("recordId").GetString()!;
        foreach (var path in (string[])["", "/records", $"/records/{record}", "/periods", $"/periods/{march}", "/timeline", "/compare", $"/compare?left={march}&right={april}", "/export", "/nothing"])
        {
            await browser.GetAsync(of.Home + path);
            await browser.GetAsync(of.Home + path, ("HX-Request", "true"));
            await browser.GetAsync(of.Home + path, ("Accept", "application/json"));
        }

        foreach (var format in (string[])["csv", "json", "pdf", "bundle"]) Assert.Equal(200, (await browser.PostAsync($"{of.Home}/export", [("format", format), ("checkpointId", march)])).Status);
        await browser.PostAsync($"{of.Home}/compare", [("left", march), ("right", april)]);
        await browser.PostAsync($"{of.Home}/records/{record}/proof", []);
        await browser.PostAsync($"{of.Home}/periods/{march}/bundle", []);
        await browser.PostAsync($"{of.Home}/seen", []);
        await browser.PostAsync($"{of.Home}/seen", [], ("Sec-Fetch-Site", "cross-site"));

        // Faults tell most: a table is gone, a name is too much for the form, a client hangs up.
        await of.It.Host.ExecuteAsync("ALTER TABLE access_log RENAME TO gone");
        Assert.Equal(500, (await of.NewVisitor(address: "198.51.100.2").PostAsync($"{of.Home}/unlock", [("code", secrets[1])])).Status);
        await of.It.Host.ExecuteAsync("ALTER TABLE gone RENAME TO access_log");
        await of.It.Host.ExecuteAsync("ALTER TABLE customer_links RENAME TO gone");
        Assert.Equal(500, (await browser.GetAsync($"{of.Home}/records")).Status);
        await of.It.Host.ExecuteAsync("ALTER TABLE gone RENAME TO customer_links");

        var rotated = await of.DoneAsync(new RotateAccessCode(of.Vendor, Customer, of.Account));
        secrets.Add(rotated.AccessHint!);
        await of.SetPolicyAsync("GATED");
        await of.DoneAsync(new IssueLink(of.Vendor, Customer, of.Account, true));
        secrets.Add(await of.HandleAsync(Customer));
        await browser.GetAsync(of.Home);
        await browser.PostAsync($"{of.Home}/lock", []);
        await of.DoneAsync(new RevokeLink(of.Vendor, Customer, of.Account));
        await browser.GetAsync($"/c/{secrets[^1]}");
        var metrics = (await of.It.Host.GetAsync("/metrics")).Text;

        // What was caught is what would be written: ours in full, the web framework's from Warning on, and no scope that names an address.
        var loggers = of.It.Host.Services.GetRequiredService<ILoggerFactory>();
        loggers.CreateLogger("PacSpace.Features.Canary").Log(LogLevel.Trace, "{Ours}", "canary of ours");
        loggers.CreateLogger("Microsoft.AspNetCore.Hosting.Diagnostics").Log(LogLevel.Information, "{Theirs}", "canary of theirs");
        Assert.Contains(log.Lines, line => line.Contains("canary of ours", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains("canary of theirs", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Contains("42P01", StringComparison.Ordinal)); // the faults were logged

        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(log.Lines, line => line.Contains(secret, StringComparison.OrdinalIgnoreCase));
            Assert.DoesNotContain(secret, metrics, StringComparison.OrdinalIgnoreCase);
            foreach (var table in (string[])["webhook_events", "webhook_parcels", "access_log", "record_sessions", "known_browsers", "code_failures", "code_waits"])
                Assert.DoesNotContain(secret, await TableFingerprints.TextAsync(of.It.Host, table), StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>Message, values and failure of every line, and what a console would put around lines.</summary>
    [ProviderAlias("Whole")]
    private sealed class WholeLog : ILoggerProvider
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

        public void Dispose()
        {
        }

        private sealed class Category(WholeLog log, string name) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull
            {
                log._lines.Enqueue($"scope {name} {state} {ValuesOf(state)}");
                return null;
            }

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                log._lines.Enqueue($"{logLevel} {name} {formatter(state, exception)} {ValuesOf(state)} {exception}");
            }

            private static string ValuesOf<TState>(TState state) =>
                state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}")) : "";
        }
    }
}
