using Microsoft.Extensions.DependencyInjection;

namespace PacSpace.Features.Receipts;

internal sealed class ReceiptServices : IAreaServices
{
    public void Add(IServiceCollection services)
    {
        services.AddSingleton<ReceiptFinder>();
        services.AddSingleton<ReceiptIssues>();
        services.AddSingleton<WindowSummaries>();
    }
}
