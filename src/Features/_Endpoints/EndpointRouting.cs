using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace PacSpace.Features.Endpoints;

/// <summary>Puts the endpoints on ASP.NET Core's routing.</summary>
internal static class EndpointRouting
{
    private static readonly string[] s_reads = [HttpMethods.Get, HttpMethods.Head];

    public static IServiceCollection AddEndpoints(this IServiceCollection services, Assembly assembly)
    {
        services.AddSingleton(new EndpointRegistry(assembly));
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<RateLimits>();
        services.AddOptions<RateLimitSettings>().BindConfiguration(RateLimitSettings.Section);
        services.AddSingleton(new SingletonServices(services));
        return services;
    }

    public static void MapEndpoints(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var singletons = services.GetRequiredService<SingletonServices>();
        foreach (var definition in services.GetRequiredService<EndpointRegistry>().Definitions)
        {
            var runner = new EndpointRunner(
                definition,
                ObjectFactoryOf(definition.EndpointType),
                singletons.Suffice(definition.EndpointType) ? services : null,
                services.GetRequiredService<ApiKeys>(),
                services.GetRequiredService<RateLimits>());
            var methods = definition.Method == HttpMethods.Get ? s_reads : [definition.Method];
            routes.MapMethods(definition.RoutePattern, methods, runner.RunAsync).WithMetadata(definition);
        }
    }

    private static ObjectFactory<Endpoint> ObjectFactoryOf(Type type)
    {
        var create = ActivatorUtilities.CreateFactory(type, []);
        return (services, arguments) => (Endpoint)create(services, arguments);
    }
}

/// <summary>Knows which types can be made from singletons alone.</summary>
internal sealed class SingletonServices(IServiceCollection services)
{
    public bool Suffice(Type type) => type.GetConstructors().Single().GetParameters().All(parameter => IsSingleton(parameter.ParameterType));

    private bool IsSingleton(Type type) =>
        services.LastOrDefault(service => service.ServiceType == type) is { Lifetime: ServiceLifetime.Singleton }
        || (type.IsGenericType && services.LastOrDefault(service => service.ServiceType == type.GetGenericTypeDefinition()) is { Lifetime: ServiceLifetime.Singleton });
}
