using Microsoft.Extensions.DependencyInjection;

namespace PacSpace.Features.Checkpoints;

internal sealed class CheckpointsServices : IAreaServices
{
    public void Add(IServiceCollection services)
    {
        services.AddSingleton<LedgerFloor>();
        services.AddSingleton<WindowGathering>();
        services.AddSingleton<CheckpointCommit>();
        services.AddSingleton<CheckpointViews>();
        services.AddSingleton<CheckpointSearch>();
        services.AddSingleton<CoveredDays>();
        services.AddSingleton<CheckpointComparer>();
        services.AddSingleton<CheckpointRuns>();
        services.AddSingleton<CommitCheckpointKeys>();
        services.AddSingleton<RunBell>();
    }
}
