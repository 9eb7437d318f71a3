using Microsoft.Extensions.DependencyInjection;

namespace PacSpace.Features.Balance;

internal sealed class BalanceServices : IAreaServices
{
    public void Add(IServiceCollection services)
    {
        services.AddSingleton<AdjustsLookup>();
        services.AddSingleton<RecordViews>();
        services.AddSingleton<ReplayStarts>();
        services.AddSingleton<ReplayReader>();
    }
}
