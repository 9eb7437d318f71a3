using Microsoft.Extensions.DependencyInjection;

namespace PacSpace.Features.Usage;

internal sealed class UsageServices : IAreaServices
{
    public void Add(IServiceCollection services) => services.AddSingleton<RecordCounts>();
}
