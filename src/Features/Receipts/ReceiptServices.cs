using Microsoft.Extensions.DependencyInjection;

namespace PacSpace.Features.Receipts;

/// <summary>What the operations of this area share.</summary>
internal static class ReceiptServices
{
    public static IServiceCollection AddReceipts(this IServiceCollection services)
    {
        services.AddSingleton<ReceiptFinder>();
        services.AddSingleton<ReceiptIssues>();
        services.AddSingleton<WindowSummaries>();
        return services;
    }
}
