using Microsoft.Extensions.DependencyInjection;

namespace PacSpace.Features.Receipts;

internal sealed class ReceiptsServices : IAreaServices
{
    public void Add(IServiceCollection services)
    {
        services.AddSingleton<ReceiptFinder>();
        services.AddSingleton<ReceiptIssues>();
        services.AddSingleton<ReceiptBundles>();
        services.AddSingleton<WindowSummaries>();
        services.AddSingleton<WindowPreview>();
    }
}
