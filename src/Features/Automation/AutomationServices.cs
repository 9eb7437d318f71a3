using Microsoft.Extensions.DependencyInjection;

namespace PacSpace.Features.Automation;

internal sealed class AutomationServices : IAreaServices
{
    public void Add(IServiceCollection services)
    {
        services.AddSingleton<AutomationRows>();
        services.AddSingleton<AutomationRuns>();
        services.AddSingleton<AutomationViews>();
        services.AddSingleton<AutomationBell>();
    }
}
