using Microsoft.Extensions.DependencyInjection;

namespace PacSpace.Features.Service;

internal sealed class ServiceServices : IAreaServices
{
    public void Add(IServiceCollection services)
    {
        services.AddSingleton<ApiDescription>();
        services.AddSingleton<ProcessMetrics>();
        services.AddSingleton<DatabaseGauges>();
        services.AddSingleton<MetricsAccess>();
        services.AddOptions<MetricsSettings>().BindConfiguration(MetricsSettings.Section);
        foreach (var check in PacSpaceFeatures.Concrete<IReadinessCheck>()) services.AddSingleton(typeof(IReadinessCheck), check);
    }
}
