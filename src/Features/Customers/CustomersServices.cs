using Microsoft.Extensions.DependencyInjection;

namespace PacSpace.Features.Customers;

internal sealed class CustomersServices : IAreaServices
{
    public void Add(IServiceCollection services) =>
        services.AddSingleton<FindActiveLink>(static (_, _) => new ValueTask<CustomerLink?>((CustomerLink?)null));
}
