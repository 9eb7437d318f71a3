using Npgsql;
using PacSpace.Features.Webhooks;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Features.SharedRecord;

/// <summary>News of customers' visits goes to the vendor's webhooks.</summary>
internal sealed class WebhookCustomerEvents : ICustomerEvents
{
    public Task TellAsync(NpgsqlConnection transaction, LedgerRef ledger, CustomerEvent news, DateTimeOffset at, CancellationToken ct)
    {
        return news switch
        {
            SharedRecordViewed viewed => TellAsync(WebhookKind.CustomerSharedRecordViewed, viewed),
            ExportDownloaded downloaded => TellAsync(WebhookKind.CustomerExportDownloaded, downloaded),
            CompareRun run => TellAsync(WebhookKind.CustomerCompareRun, run),
            StepUpFailedRepeatedly failed => TellAsync(WebhookKind.CustomerStepUpFailedRepeatedly, failed),
            _ => throw new InvalidOperationException($"No event is known for {news.GetType().Name}."),
        };

        Task TellAsync<T>(WebhookKind kind, T data) => WebhookFacts.TellAsync(transaction, ledger.TenantId, ledger.Environment, kind, data, at, ct);
    }
}
