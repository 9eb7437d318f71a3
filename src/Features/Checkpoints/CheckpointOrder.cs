using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Checkpoints;

/// <summary>One customer's checkpoint as it was asked for, through whatever door.</summary>
internal sealed record CheckpointOrder
{
    public required CustomerRow Customer { get; init; }
    public required Window Window { get; init; }
    public required CheckpointMode Mode { get; init; }

    /// <summary>Distinct leaf hashes; empty for <see cref="CheckpointMode.All"/>.</summary>
    public IReadOnlyList<Hash> Fingerprints { get; init; } = [];

    /// <summary>api, dashboard, automation or receipt.</summary>
    public required string Trigger { get; init; }

    public string? RunId { get; init; }

    /// <summary>What belongs to this checkpoint and is stored in its transaction, whether it is new or was found: an idempotency
    /// key with its answer, a run's progress.</summary>
    public Func<NpgsqlConnection, CommittedCheckpoint, CancellationToken, Task>? StoreBeside { get; init; }

    public Hash Identity => CheckpointIdentity.Of(Window, Mode, Fingerprints);

    /// <summary>The month whose rollup holds the tree of exactly these records; null when they have to be read.</summary>
    public Period? Month => Mode == CheckpointMode.All ? Window.AsPeriod() : null;
}

/// <param name="IsNew">False for one that existed already.</param>
internal sealed record CommittedCheckpoint(StoredCheckpoint Checkpoint, bool IsNew);
