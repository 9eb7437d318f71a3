using System.Reflection;
using FluentValidation;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace PacSpace.Features.Pipeline;

/// <summary>MediatR 5.1.0 without its registration package: handlers and validators are found in an assembly, the
/// behaviours and their order are written down.</summary>
internal static class PipelineServices
{
    public static IServiceCollection AddPipeline(this IServiceCollection services, Assembly assembly)
    {
        services.AddTransient<ServiceFactory>(provider => provider.GetService!);
        services.AddTransient<IMediator, Mediator>();
        services.AddSingleton(typeof(IPipelineBehavior<,>), typeof(TimingBehavior<,>));
        services.AddSingleton(typeof(IPipelineBehavior<,>), typeof(ValidationBehavior<,>));

        foreach (var type in assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false }))
        {
            foreach (var face in type.GetInterfaces().Where(face => face.IsGenericType))
            {
                var definition = face.GetGenericTypeDefinition();
                if (definition == typeof(IRequestHandler<,>)) services.AddTransient(face, type);
                else if (definition == typeof(IValidator<>)) services.AddSingleton(face, type);
            }
        }

        return services;
    }
}
