using Microsoft.Extensions.DependencyInjection;

namespace PacSpace.Features.Service;

internal sealed class ServiceServices : IAreaServices
{
    public void Add(IServiceCollection services)
    {
        services.AddSingleton<ApiDescription>();
        foreach (var check in PacSpaceFeatures.Concrete<IReadinessCheck>()) services.AddSingleton(typeof(IReadinessCheck), check);
    }
}
