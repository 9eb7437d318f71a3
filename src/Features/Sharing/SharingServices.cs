using Microsoft.Extensions.DependencyInjection;
using PacSpace.Features.Customers;

namespace PacSpace.Features.Sharing;

internal sealed class SharingServices : IAreaServices
{
    public void Add(IServiceCollection services)
    {
        services.AddSingleton<SharingViews>();
        services.AddSingleton<ActiveLinks>();
        services.AddSingleton<BrandedHostViews>();
        services.AddSingleton<FindActiveLink>(provider => provider.GetRequiredService<ActiveLinks>().FindAsync);
        services.AddSingleton<FindActiveLinks>(provider => provider.GetRequiredService<ActiveLinks>().FindAsync);
    }
}
