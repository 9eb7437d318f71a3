using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using PacSpace.Features.Account;
using PacSpace.Features.Balance;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure;

namespace PacSpace.Features;

/// <summary>Composes what can be asked with what makes it last. The host calls these three and knows nothing else of it.</summary>
public static class PacSpaceFeatures
{
    public const string ConnectionStringName = "PacSpace";

    public static IServiceCollection AddPacSpace(this IServiceCollection services, IConfiguration configuration)
    {
        var assembly = typeof(PacSpaceFeatures).Assembly;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => NpgsqlDataSource.Create(
            configuration.GetConnectionString(ConnectionStringName) ?? throw new InvalidOperationException("ConnectionStrings__PacSpace is not set.")));
        services.AddSingleton(new PublicAddress(new Uri(configuration["PacSpace:PublicUrl"] ?? "http://localhost:5000")));
        services.AddInfrastructure(configuration["PacSpace:Keys"] ?? throw new InvalidOperationException("PacSpace:Keys is not set."));
        services.AddSingleton<RunningKeys>();
        services.AddSingleton<AdjustsLookup>();
        services.AddSingleton<RecordViews>();
        services.AddSingleton<ReplayStarts>();
        services.AddSingleton<ReplayReader>();
        services.AddSingleton<VendorAccounts>();
        services.AddPipeline(assembly);
        services.AddEndpoints(assembly);
        return services;
    }

    /// <summary>Before routing.</summary>
    public static void UsePacSpace(this IApplicationBuilder app) => app.UseMiddleware<OuterDoor>();

    public static void MapPacSpace(this IEndpointRouteBuilder routes) => routes.MapEndpoints();
}
