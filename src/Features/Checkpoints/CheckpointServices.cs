using Microsoft.Extensions.DependencyInjection;

namespace PacSpace.Features.Checkpoints;

/// <summary>What the operations of this area share.</summary>
internal static class CheckpointServices
{
    public static IServiceCollection AddCheckpoints(this IServiceCollection services)
    {
        services.AddSingleton<LedgerFloor>();
        services.AddSingleton<WindowGathering>();
        services.AddSingleton<CheckpointCommit>();
        services.AddSingleton<CheckpointViews>();
        services.AddSingleton<CheckpointRuns>();
        services.AddSingleton<StoredKeys>();
        services.AddSingleton<RunBell>();
        return services;
    }
}
