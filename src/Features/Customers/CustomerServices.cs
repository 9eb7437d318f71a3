using Microsoft.Extensions.DependencyInjection;

namespace PacSpace.Features.Customers;

internal sealed class CustomerServices : IAreaServices
{
    /// <remarks>There are no Shared Record links yet: nobody has one.</remarks>
    public void Add(IServiceCollection services) => services.AddSingleton<FindActiveLink>((_, _) => default);
}
