using System.Diagnostics.CodeAnalysis;

namespace PacSpace.Infrastructure.Webhooks;

/// <summary>The catalogue (api-dashboard 13.3). Numbers are stored and never change.</summary>
public enum WebhookKind : short
{
    DeltaVerified = 1,
    DeltaFailed = 2,
    CheckpointVerified = 3,
    ReceiptGenerated = 4,
    CustomerCreated = 5,
    CustomerSharedRecordViewed = 6,
    CustomerExportDownloaded = 7,
    CustomerCompareRun = 8,
    CustomerStepUpFailedRepeatedly = 9,
    TenantDomainActivated = 10,
    TenantDomainCertRenewalFailed = 11,
    WebhookTest = 12,
}

public static class WebhookKinds
{
    private static readonly Dictionary<WebhookKind, string> s_names = new()
    {
        [WebhookKind.DeltaVerified] = "delta.verified",
        [WebhookKind.DeltaFailed] = "delta.failed",
        [WebhookKind.CheckpointVerified] = "checkpoint.verified",
        [WebhookKind.ReceiptGenerated] = "receipt.generated",
        [WebhookKind.CustomerCreated] = "customer.created",
        [WebhookKind.CustomerSharedRecordViewed] = "customer.shared_record_viewed",
        [WebhookKind.CustomerExportDownloaded] = "customer.export_downloaded",
        [WebhookKind.CustomerCompareRun] = "customer.compare_run",
        [WebhookKind.CustomerStepUpFailedRepeatedly] = "customer.step_up_failed_repeatedly",
        [WebhookKind.TenantDomainActivated] = "tenant_domain.activated",
        [WebhookKind.TenantDomainCertRenewalFailed] = "tenant_domain.cert_renewal_failed",
        [WebhookKind.WebhookTest] = "webhook.test",
    };

    public static IEnumerable<string> Names => s_names.Values;

    public static string Name(this WebhookKind kind) => s_names[kind];

    public static bool TryParse(string name, [NotNullWhen(true)] out WebhookKind? kind)
    {
        kind = null;
        foreach (var (known, text) in s_names) if (text == name) kind = known;
        return kind is not null;
    }
}
