using System.Diagnostics.Metrics;

namespace PacSpace.Infrastructure.Metering;

/// <summary>What this process counts of its own work (api-balance 8). Labels say an environment, an outcome, a route or an
/// operation, and never whose.</summary>
/// <remarks>Instruments are cheap while nobody listens and allocate nothing when somebody does: label values are strings
/// that exist already.</remarks>
public static class PacSpaceMeter
{
    public const string Name = "PacSpace";

    private static readonly Meter s_meter = new(Name);

    public static Counter<long> RecordsAccepted { get; } =
        s_meter.CreateCounter<long>("pacspace_records_accepted_total", description: "Records acknowledged by this node.");

    public static Counter<long> RecordsVerified { get; } =
        s_meter.CreateCounter<long>("pacspace_records_verified_total", description: "Records brought under a signed tree head by this node.");

    public static Counter<long> RecordsFailed { get; } =
        s_meter.CreateCounter<long>("pacspace_records_failed_total", description: "Records that this node found not to reproduce their hash.");

    public static Counter<long> Checkpoints { get; } =
        s_meter.CreateCounter<long>("pacspace_checkpoints_total", description: "Checkpoints brought under a signed tree head by this node.");

    /// <summary>Label <c>outcome</c>: <c>delivered</c>, <c>retrying</c> or <c>failed</c>.</summary>
    public static Counter<long> WebhookDeliveries { get; } =
        s_meter.CreateCounter<long>("pacspace_webhook_deliveries_total", description: "Attempts to deliver an event by this node, by what came of them.");

    public static Counter<long> HttpRequests { get; } =
        s_meter.CreateCounter<long>("pacspace_http_requests_total", description: "Requests answered by this node.");

    public static Histogram<double> HttpRequestSeconds { get; } =
        s_meter.CreateHistogram<double>("pacspace_http_request_seconds", "s", "From a request's first byte to its answer's last.");

    public static Histogram<double> OperationSeconds { get; } =
        s_meter.CreateHistogram<double>("pacspace_operation_seconds", "s", "Time an operation took, behind whichever door.");

    public static Histogram<double> VerificationSeconds { get; } =
        s_meter.CreateHistogram<double>("pacspace_verification_seconds", "s", "From acceptance to verification, of the oldest record of each sealed run.");

    /// <summary>Shows every series of a known set at zero, so that a rate begins with its first event and not after it.</summary>
    public static void BeginAtZero()
    {
        foreach (var environment in (string[])["production", "sandbox"])
        {
            foreach (var counter in (Counter<long>[])[RecordsAccepted, RecordsVerified, RecordsFailed, Checkpoints]) counter.Add(0, InEnvironment(environment));
        }

        foreach (var outcome in (string[])["delivered", "retrying", "failed"]) WebhookDeliveries.Add(0, new KeyValuePair<string, object?>("outcome", outcome));
    }

    public static KeyValuePair<string, object?> InEnvironment(string environment) => new("environment", environment);
}
