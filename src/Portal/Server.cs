using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PacSpace.Features;
using PacSpace.Features.Demo;

namespace PacSpace.Portal;

/// <summary>The host: what is composed, in which order requests pass through it, and how it stops.</summary>
internal static class Server
{
    public const int DefaultPort = 5000;

    private const string PublicUrlSetting = "PacSpace:PublicUrl";

    /// <summary>A backstop: each route has its own limit, all of them smaller.</summary>
    private const long MaxBodyBytes = 16 * 1024 * 1024;

    private const string ProxiesSetting = "PacSpace:Proxies";

    /// <summary>How long a stop may take: what was accepted is answered within it.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Nothing here follows a settings file that changes, and a watcher of files is one of 128 that an account may have:
    /// where they are used up, a server that wants one does not start.</summary>
    private const string SettingsAreReadOnce = "--hostBuilder:reloadConfigOnChange=false";

    public static IConfiguration Configuration() => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
        .AddEnvironmentVariables()
        .Build();

    /// <summary>Serves until it is told to stop.</summary>
    public static async Task RunAsync(ServeOptions options)
    {
        var configuration = Configuration();
        configuration[PublicUrlSetting] ??= AddressOn(options.Port);
        using var loggers = LoggerFactory.Create(logging => logging.AddConfiguration(configuration.GetSection("Logging")).AddConsole());
        await using var installation = await Installation.OpenToServeAsync(InstallationSettings.From(configuration, options.Data), loggers, CancellationToken.None);
        var guide = options.Demo ? await MakeDemoAsync(installation, configuration, loggers) : null;
        await using var app = Build(installation, options.Port);
        if (guide is not null) app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine(string.Join('\n', guide)));
        await app.RunAsync();
    }

    private static string AddressOn(int? port) => $"http://localhost:{port ?? DefaultPort}";

    /// <summary>The demo is made before anything listens: no other path may set the time.</summary>
    private static async Task<IReadOnlyList<string>?> MakeDemoAsync(Installation installation, IConfiguration configuration, ILoggerFactory loggers)
    {
        var progress = new Progress<string>(step => Console.Error.WriteLine($"pacspace: demo: {step}"));
        var vendor = await DemoInstallation.MakeAsync(installation, configuration, loggers, progress, CancellationToken.None);
        var verifier = configuration["PacSpace:VerifierCommand"] ?? "pacspace-verify";
        return await DemoFile.WriteAsync(installation, vendor, configuration[PublicUrlSetting]!, verifier, CancellationToken.None);
    }

    /// <param name="port">On loopback; 0 takes a free one, null the configured addresses.</param>
    /// <param name="adjust">For a host inside a test: its clock, its settings.</param>
    public static WebApplication Build(Installation installation, int? port, Action<WebApplicationBuilder>? adjust = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(Server).Assembly.GetName().Name, // whose pages they are, also inside a test
            ContentRootPath = AppContext.BaseDirectory,
            Args = [SettingsAreReadOnce],
        });
        Listen(builder, port);
        builder.Configuration[PublicUrlSetting] ??= AddressOn(port);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTimeout);
        adjust?.Invoke(builder);

        builder.Services.AddPacSpace(builder.Configuration, installation);
        builder.Services.AddPacSpaceSchedules();
        builder.Services.KeepAddressesOutOfLogs();
        builder.Services.AddRazorPages(pages =>
        {
            pages.Conventions.ConfigureFilter(new OnlyWithHandler());
            pages.Conventions.ConfigureFilter(new IgnoreAntiforgeryTokenAttribute()); // the pages that take posts have SameOriginPosts instead
        });
        TrustProxies(builder);
        NobodySignsIn(builder);

        var app = builder.Build();
        if (builder.Configuration.GetSection(ProxiesSetting).Exists()) app.UseForwardedHeaders();
        app.UsePacSpace();
        app.UsePages();
        app.UseRouting();
        app.MapPacSpace();
        app.MapRazorPages();
        app.MapAssets();
        app.MapRobots();
        app.MapGet("/openapi", () => Results.Redirect("/openapi/v1.json"));
        return app;
    }

    /// <remarks>Loopback unless the operator says otherwise (<c>Urls</c>): whoever is reached from outside stands behind a proxy.</remarks>
    private static void Listen(WebApplicationBuilder builder, int? port)
    {
        if (port is { } chosen) builder.WebHost.UseUrls($"http://127.0.0.1:{chosen}");
        else if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey])) builder.WebHost.UseUrls($"http://127.0.0.1:{DefaultPort}");

        // A connection keeps four kilobytes, and a request is one system call cheaper.
        builder.WebHost.UseSockets(sockets => sockets.WaitForDataBeforeAllocatingBuffer = false);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
            kestrel.Limits.MaxRequestLineSize = 8 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(130); // longer than that of the usual proxies in front
        });
    }

    /// <summary>Pages bring ASP.NET's schemes and policies along, and two steps of every request with them, which would find nothing:
    /// keys, codes and sessions are our own (<c>ApiKeys</c>, <c>RecordDoor</c>).</summary>
    private static void NobodySignsIn(WebApplicationBuilder builder)
    {
        builder.Services.RemoveAll<IAuthenticationSchemeProvider>();
        builder.Services.RemoveAll<IAuthorizationHandlerProvider>();
    }

    /// <summary>The client's address and scheme are taken from forwarding headers of these networks only (<c>10.0.0.0/8</c>).</summary>
    private static void TrustProxies(WebApplicationBuilder builder)
    {
        var networks = builder.Configuration.GetSection(ProxiesSetting).Get<string[]>() ?? [];
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            forwarded.ForwardLimit = null;
            foreach (var network in networks) forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
        });
    }
}
