using Microsoft.Extensions.DependencyInjection;

namespace PacSpace.Features.Account;

internal sealed class AccountServices : IAreaServices
{
    public void Add(IServiceCollection services)
    {
        services.AddSingleton<VendorAccounts>();
        services.AddScoped<TenantCallers>();
    }
}
