using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using PacSpace.Features.Account;
using PacSpace.Features.Balance;
using PacSpace.Features.Checkpoints;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Customers;
using PacSpace.Features.Pipeline;
using PacSpace.Features.Receipts;
using PacSpace.Features.Service;
using PacSpace.Features.Verification;
using PacSpace.Infrastructure;
using PacSpace.Infrastructure.Persistence;

namespace PacSpace.Features;

/// <summary>Composes what can be asked with what makes it last. The host calls these and knows nothing else of it.</summary>
/// <remarks>Handlers, validators, endpoints, commands and readiness checks are found by their types. What operations share
/// is listed here, so that one page says what there is once in a process.</remarks>
public static class PacSpaceFeatures
{
    /// <summary>Everything that answers a request, for the server and for an operator's command alike.</summary>
    public static IServiceCollection AddPacSpace(this IServiceCollection services, IConfiguration configuration, Installation installation)
    {
        var assembly = typeof(PacSpaceFeatures).Assembly;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new PublicAddress(new Uri(configuration["PacSpace:PublicUrl"] ?? "http://localhost:5000")));
        services.AddPersistence(installation);
        services.AddInfrastructure();
        services.AddShared();
        services.AddPipeline(assembly);
        services.AddEndpoints(assembly);
        return services;
    }

    /// <summary>The steps that run by themselves: in the server only, never beside an operator's command.</summary>
    public static IServiceCollection AddPacSpaceSchedules(this IServiceCollection services)
    {
        services.AddSingleton<ReadinessState>();
        services.AddHostedService(provider => provider.GetRequiredService<ReadinessState>());
        foreach (var schedule in Concrete<IHostedService>(typeof(PacSpaceFeatures).Assembly).Where(type => type.Name.EndsWith("Schedule", StringComparison.Ordinal)))
        {
            services.AddSingleton(typeof(IHostedService), schedule);
        }

        return services;
    }

    /// <summary>Before routing.</summary>
    public static void UsePacSpace(this IApplicationBuilder app) => app.UseMiddleware<OuterDoor>();

    public static void MapPacSpace(this IEndpointRouteBuilder routes) => routes.MapEndpoints();

    private static void AddPersistence(this IServiceCollection services, Installation installation)
    {
        // Given as instances: whoever opened the installation closes it, after everything that uses it.
        services.AddSingleton(installation.Database);
        services.AddSingleton(installation.Secrets);
        services.AddDbContextPool<PacSpaceDb>(options => options.UseNpgsql(installation.Database));
    }

    private static void AddShared(this IServiceCollection services)
    {
        services.AddSingleton<RunningKeys>();
        services.AddSingleton<VendorAccounts>();
        services.AddSingleton<AdjustsLookup>();
        services.AddSingleton<RecordViews>();
        services.AddSingleton<ReplayStarts>();
        services.AddSingleton<ReplayReader>();
        services.AddCheckpoints();
        services.AddReceipts();
        services.AddVerification();
        services.AddSingleton<FindActiveLink>((_, _) => default);
        foreach (var check in Concrete<IReadinessCheck>(typeof(PacSpaceFeatures).Assembly)) services.AddSingleton(typeof(IReadinessCheck), check);
    }

    private static IEnumerable<Type> Concrete<T>(Assembly assembly) =>
        assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(T)));
}
