using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Automation;

/// <summary>What is set for an environment and when it runs (api-dashboard 9).</summary>
/// <param name="AllowedCadences">Those that the tenant's tier has.</param>
/// <param name="NextRunAt">Null while it is off; in the past for a window that was missed and is about to be caught up.</param>
/// <param name="LastRunStatus"><c>VERIFIED</c> when every checkpoint of the last run is, else <c>QUEUED</c>; null before the first.</param>
public sealed record CheckpointAutomation(
    string Environment, bool Enabled, string Cadence, int DelayMinutes, IReadOnlyList<string> AllowedCadences, DateTimeOffset? NextRunAt,
    DateTimeOffset? LastRunAt, string? LastRunStatus);

/// <summary>Shows settings to whoever asked.</summary>
internal sealed class AutomationViews(AutomationRuns runs)
{
    public async Task<CheckpointAutomation> ShowAsync(Caller caller, AutomationSettings settings, CancellationToken ct)
    {
        var last = await runs.FindLastAsync(caller.TenantId, caller.Environment, ct);
        return new CheckpointAutomation(
            caller.Environment, settings.IsEnabled, Cadences.Text(settings.Cadence), settings.DelayMinutes, Cadences.AllowedFor(caller.Tier),
            settings.NextRunAt?.ToDateTimeOffset(), last?.At, last is null ? null : StatusOf(last.Value.IsVerified));
    }

    public static string StatusOf(bool isVerified) => isVerified ? "VERIFIED" : "QUEUED";
}
