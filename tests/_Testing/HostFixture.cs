using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PacSpace.Features;
using PacSpace.Infrastructure.Records;
using PacSpace.Portal;
using Xunit;

namespace PacSpace.Testing;

/// <summary>The whole server on a free loopback port, over a database and secrets of its own. A test class takes it as a
/// class fixture; a test that needs other settings starts one with <see cref="StartAsync"/>.</summary>
public sealed class HostFixture(PostgresFixture postgres) : IAsyncLifetime
{
    private PacSpaceHost? _host;

    public PacSpaceHost Host => _host ?? throw new InvalidOperationException("The host has not started.");

    public async ValueTask InitializeAsync() => _host = await StartAsync(postgres);

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
    }

    public static async Task<PacSpaceHost> StartAsync(
        PostgresFixture postgres, IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? clock = null, Action<WebApplicationBuilder>? adjust = null) =>
        await PacSpaceHost.StartAsync(await postgres.CloneAsync(), ownsDatabase: true, settings, clock, adjust);
}

/// <summary>A running server, and short ways to ask it things.</summary>
public sealed class PacSpaceHost : IAsyncDisposable
{
    private readonly bool _ownsDatabase;
    private readonly TemporaryFolder _folder;
    private readonly Installation _installation;

    private PacSpaceHost(TestDatabase database, bool ownsDatabase, TemporaryFolder folder, Installation installation, WebApplication app, CapturedLog log)
    {
        (Database, _ownsDatabase, _folder, _installation, App, Log) = (database, ownsDatabase, folder, installation, app, log);
        BaseAddress = new Uri(app.Urls.Single());
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(1) }) { BaseAddress = BaseAddress };
    }

    public TestDatabase Database { get; }

    public WebApplication App { get; }

    public IServiceProvider Services => App.Services;

    public Uri BaseAddress { get; }

    /// <summary>Without a key; redirects are not followed.</summary>
    public HttpClient Client { get; }

    /// <summary>What the server said at Warning and above.</summary>
    public CapturedLog Log { get; }

    /// <summary>Starts another node when given the database of a running one with its keys' folder in the settings.</summary>
    public static async Task<PacSpaceHost> StartAsync(
        TestDatabase database,
        bool ownsDatabase = false,
        IReadOnlyDictionary<string, string?>? settings = null,
        TimeProvider? clock = null,
        Action<WebApplicationBuilder>? adjust = null)
    {
        var folder = new TemporaryFolder();
        var keys = settings?.GetValueOrDefault(InstallationSettings.KeysSetting) ?? folder.Combine("keys");
        var installation = await Installation.OpenToServeAsync(
            new InstallationSettings { DataDirectory = folder, KeysDirectory = keys, ConnectionString = database.ConnectionString },
            NullLoggerFactory.Instance,
            CancellationToken.None);
        var log = new CapturedLog();
        var app = Server.Build(installation, port: 0, builder =>
        {
            builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Warning);
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["PacSpace:PublicUrl"] = "https://app.example.com" });
            if (settings is not null) builder.Configuration.AddInMemoryCollection(settings);
            if (clock is not null) builder.Services.Replace(ServiceDescriptor.Singleton(clock));
            adjust?.Invoke(builder);
        });
        await app.StartAsync();
        return new PacSpaceHost(database, ownsDatabase, folder, installation, app, log);
    }

    /// <summary>The folder of the secrets, for a second node on the same database.</summary>
    public string KeysDirectory => _installation.Settings.KeysDirectory;

    /// <summary>A tenant with both environments, and a key of one of them.</summary>
    public async Task<TestTenant> CreateTenantAsync(string environment = "production", bool isMiddleware = false, string name = "Acme Inference", string? unit = null)
    {
        var tenantId = RandomId.New("tnt_");
        await ExecuteAsync(
            "INSERT INTO tenants (tenant_id, name, buyer_mode, reference_key, default_unit, created_at) VALUES ($1, $2, $3, $4, $5, now())",
            tenantId, name, isMiddleware ? "BILLING_MIDDLEWARE" : "DIRECT_INFERENCE", RandomNumberGenerator.GetBytes(32), (object?)unit ?? DBNull.Value);
        await ExecuteAsync("INSERT INTO tenant_environments SELECT $1, e, now() FROM unnest(ARRAY['sandbox', 'production']) e", tenantId);
        return new TestTenant(this, tenantId, environment, await CreateKeyAsync(tenantId, environment));
    }

    /// <summary>The whole key, as its owner gets it once.</summary>
    public async Task<string> CreateKeyAsync(string tenantId, string environment)
    {
        var publicId = RandomNumberGenerator.GetString("0123456789abcdefghjkmnpqrstvwxyz", 20);
        var secret = RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 43);
        await ExecuteAsync(
            "INSERT INTO api_keys (key_id, tenant_id, environment, secret_hash, name, created_at) VALUES ($1, $2, $3, $4, 'test', now())",
            publicId, tenantId, environment, SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        return $"pk_{(environment == "production" ? "live" : "test")}_{publicId}.{secret}";
    }

    public async Task<string> CreateVendorAccountAsync(string tenantId, string displayName = "Seller")
    {
        var id = "cmw_vendor_" + RandomNumberGenerator.GetString("0123456789abcdefghjkmnpqrstvwxyz", 12);
        await ExecuteAsync(
            "INSERT INTO vendor_accounts (vendor_account_id, tenant_id, display_name, reference_key, created_at) VALUES ($1, $2, $3, $4, now())",
            id, tenantId, displayName, RandomNumberGenerator.GetBytes(32));
        return id;
    }

    public async Task<int> ExecuteAsync(string sql, params object[] values)
    {
        await using var command = Database.Source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return await command.ExecuteNonQueryAsync();
    }

    public async Task<T> QueryAsync<T>(string sql, params object[] values)
    {
        await using var command = Database.Source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task<Answer> GetAsync(string path, string? key = null, params (string Name, string Value)[] headers) =>
        await SendAsync(HttpMethod.Get, path, key, null, headers);

    public async Task<Answer> PostAsync(string path, string? key, object body, params (string Name, string Value)[] headers) =>
        await SendAsync(HttpMethod.Post, path, key, JsonContent.Create(body), headers);

    /// <param name="json">Sent as it is, however broken.</param>
    public async Task<Answer> PostRawAsync(string path, string? key, string json, params (string Name, string Value)[] headers) =>
        await PostRawAsync(path, key, Encoding.UTF8.GetBytes(json), headers);

    public async Task<Answer> PostRawAsync(string path, string? key, byte[] json, params (string Name, string Value)[] headers)
    {
        var content = new ByteArrayContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await SendAsync(HttpMethod.Post, path, key, content, headers);
    }

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? key, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(BaseAddress.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Content = content;
        if (key is not null) request.Headers.TryAddWithoutValidation("X-Api-Key", key);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Client.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        await _installation.DisposeAsync();
        if (_ownsDatabase) await Database.DisposeAsync();
        _folder.Dispose();
        Log.Dispose();
    }
}

/// <summary>A tenant in one environment, and its key.</summary>
public sealed record TestTenant(PacSpaceHost Host, string TenantId, string Environment, string Key)
{
    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => Host.GetAsync(path, Key, headers);

    public Task<Answer> PostAsync(string path, object body, params (string Name, string Value)[] headers) => Host.PostAsync(path, Key, body, headers);

    public Task<Answer> PostRawAsync(string path, string json, params (string Name, string Value)[] headers) => Host.PostRawAsync(path, Key, json, headers);
}

/// <summary>What came back, read to its end.</summary>
public sealed record Answer(int Status, byte[] Bytes, IReadOnlyDictionary<string, string> Headers)
{
    private JsonDocument? _document;

    public string Text => Encoding.UTF8.GetString(Bytes);

    public JsonElement Json => (_document ??= JsonDocument.Parse(Bytes)).RootElement;

    /// <summary>The member <c>data</c> of an envelope.</summary>
    public JsonElement Data => Json.GetProperty("data");

    /// <summary>The error's code, or null for a success.</summary>
    public string? Code => Json.TryGetProperty("code", out var code) ? code.GetString() : null;

    public string? Message => Json.TryGetProperty("message", out var message) ? message.GetString() : null;

    /// <summary>The fields of the error's details, in their order.</summary>
    public IReadOnlyList<string> Fields => Json.TryGetProperty("error", out var error) && error.TryGetProperty("details", out var details)
        ? [.. details.EnumerateArray().Select(detail => detail.GetProperty("field").GetString()!)]
        : [];

    /// <summary>Null when there is no such header.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary><c>400 VALIDATION_ERROR</c>, or the status alone.</summary>
    public override string ToString() =>
        Bytes.Length > 0 && Header("Content-Type") == "application/json" && Code is { } code
            ? string.Create(CultureInfo.InvariantCulture, $"{Status} {code}")
            : Status.ToString(CultureInfo.InvariantCulture);

    internal static async Task<Answer> ReadAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        await response.Content.ReadAsByteArrayAsync(),
        response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
}

/// <summary>Keeps what was logged, so that a test can say that nothing was.</summary>
public sealed class CapturedLog : ILoggerProvider
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate) return [.. _lines];
        }
    }

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Category(CapturedLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            lock (log._gate) log._lines.Add($"{logLevel} {name}: {formatter(state, exception)} {exception}");
        }
    }
}
