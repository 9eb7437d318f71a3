using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Service;

/// <summary>Somebody seals, and keeps up.</summary>
internal sealed class SealerReadiness(SealHealth health) : IReadinessCheck
{
    public string Name => "sealer";

    public async Task<bool> IsOkAsync(CancellationToken ct) => (await health.CheckAsync(ct)).IsSealerOk;
}

/// <summary>The log's mark and the database agree, so heads may be signed.</summary>
internal sealed class LogReadiness(SealHealth health) : IReadinessCheck
{
    public string Name => "log";

    public async Task<bool> IsOkAsync(CancellationToken ct) => (await health.CheckAsync(ct)).IsLogOk;
}
