using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Features.Service;
using PacSpace.Infrastructure;
using PacSpace.Infrastructure.Persistence;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features;

/// <summary>Composes what can be asked with what makes it last. The host calls these and knows nothing else of it.</summary>
/// <remarks>Handlers, validators, endpoints, commands, schedules and readiness checks are found by their types. What the
/// operations of an area share is listed in the area (<c>BalanceServices</c>).</remarks>
public static class PacSpaceFeatures
{
    /// <summary>Everything that answers a request, for the server and for an operator's command alike.</summary>
    public static IServiceCollection AddPacSpace(this IServiceCollection services, IConfiguration configuration, Installation installation)
    {
        var assembly = typeof(PacSpaceFeatures).Assembly;
        var address = new PublicAddress(new Uri(configuration["PacSpace:PublicUrl"] ?? "http://localhost:5000"));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(address);
        services.AddPersistence(installation);
        services.AddSingleton(new SealingOptions
        {
            LogHost = address.Host,
            MarkFolder = configuration["PacSpace:MarkFolder"] ?? installation.Settings.KeysDirectory,
            MarkConnectionString = configuration.GetConnectionString("PacSpaceMark"),
        });
        services.AddInfrastructure();
        foreach (var area in Concrete<IAreaServices>()) ((IAreaServices)Activator.CreateInstance(area)!).Add(services);
        services.AddSingleton<RunningKeys>();
        services.AddPipeline(assembly);
        services.AddEndpoints(assembly);
        return services;
    }

    /// <summary>The steps that run by themselves: in the server only, never beside an operator's command.</summary>
    public static IServiceCollection AddPacSpaceSchedules(this IServiceCollection services)
    {
        services.AddSingleton<ReadinessState>();
        services.AddHostedService(provider => provider.GetRequiredService<ReadinessState>());
        services.AddHostedService(provider => provider.GetRequiredService<ProcessMetrics>()); // before the steps, so that it misses none
        foreach (var schedule in Concrete<IHostedService>().Where(type => type.Name.EndsWith("Schedule", StringComparison.Ordinal)))
        {
            services.AddSingleton(typeof(IHostedService), schedule);
        }

        return services;
    }

    /// <summary>Before routing.</summary>
    public static void UsePacSpace(this IApplicationBuilder app) => app.UseMiddleware<OuterDoor>().UseMiddleware<HostDoor>();

    /// <summary>True for paths that are answered in JSON, plain text or files; all others are pages.</summary>
    public static bool IsForMachines(PathString path) => OuterDoor.IsForMachines(path);

    /// <summary>Takes a token of the limit that pages share with the public routes (api-balance 1.13). Null when there was one,
    /// otherwise the seconds until there is.</summary>
    public static int? TakeFromPublicLimit(HttpContext http) =>
        http.RequestServices.GetRequiredService<RateLimits>().Take(http, RateClass.Public, null)?.RetryAfterSeconds;

    public static void MapPacSpace(this IEndpointRouteBuilder routes) => routes.MapEndpoints();

    private static void AddPersistence(this IServiceCollection services, Installation installation)
    {
        // Given as instances: whoever opened the installation closes it, after everything that uses it.
        services.AddSingleton(installation.Database);
        services.AddSingleton(installation.Settings);
        if (installation.AreSecretsOpen) services.AddSingleton(installation.Secrets);
        else services.AddSingleton(_ => installation.Secrets); // an operator's command: opened when needed, and nobody else has them
        services.AddDbContextPool<PacSpaceDb>(options => options.UseNpgsql(installation.Database));
    }

    internal static IEnumerable<Type> Concrete<T>() =>
        typeof(PacSpaceFeatures).Assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(T)));
}
