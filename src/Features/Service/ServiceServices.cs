using Microsoft.Extensions.DependencyInjection;

namespace PacSpace.Features.Service;

internal sealed class ServiceServices : IAreaServices
{
    public void Add(IServiceCollection services)
    {
        foreach (var check in PacSpaceFeatures.Concrete<IReadinessCheck>()) services.AddSingleton(typeof(IReadinessCheck), check);
    }
}
