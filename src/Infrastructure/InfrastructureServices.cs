using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;
using PacSpace.Infrastructure.Secrets;
using PacSpace.Infrastructure.Sharing;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Infrastructure;

/// <summary>What lasts and travels, as services. The database's pool, the secrets and the
/// sealing's options are registered by whoever
/// opened the installation.</summary>
public static class InfrastructureServices
{
    public static IServiceCollection AddInfrastructure(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new RecordIds(provider.GetRequiredService<SecretStore>().RecordIdKey));

        services.AddSingleton<LedgerDirectory>();
        services.AddSingleton<LedgerWriters>();
        services.AddSingleton<SealNotifier>();
        services.AddSingleton<SealWatch>();
        services.AddSingleton(provider => new FrontierMac(provider.GetRequiredService<SecretStore>().FrontierMacKey.ToArray()));
        services.AddSingleton<Rollups>();
        services.AddSingleton<SealHealth>();
        services.AddSingleton<Sealers>();

        services.AddSingleton<WebhookBell>();
        services.AddSingleton(provider => new WebhookIds(provider.GetRequiredService<SecretStore>().RecordIdKey));
        services.AddSingleton(provider => new WebhookSecrets(provider.GetRequiredService<SecretStore>().WebhookSecretKey()));
        services.AddSingleton<WebhookEndpoints>();
        services.AddSingleton<WebhookEvents>();
        services.AddSingleton<WebhookQueue>();
        services.AddSingleton<WebhookDeliveries>();

        services.AddSingleton<RecordLookup>();
        services.AddSingleton<WindowReader>();
        services.AddSingleton<VerifiedReader>();
        services.AddSingleton<RecordPages>();
        services.AddSingleton<RecordStandingsReader>();
        services.AddSingleton<CustomerLookup>();
        services.AddSingleton<UnsealedTail>();
        services.AddSingleton<SubmissionLookup>();
        services.AddSingleton<RootLookup>();
        services.AddSingleton<CheckpointLookup>();
        services.AddSingleton<CoverageReader>();
        services.AddSingleton<CustomerFiguresReader>();
        services.AddSingleton<SealedBlocks>();
        services.AddSingleton<LogReader>();

        services.AddSingleton(provider => new AccessCodes(provider.GetRequiredService<SecretStore>));
        services.AddSingleton<CustomerLinks>();
        services.AddSingleton<SharedRecords>();
        services.AddSingleton<SharingSettings>();
        services.AddSingleton<AccessLog>();
        services.AddSingleton<SharingSweep>();
        services.AddSingleton<EmbedOrigins>();
        services.AddSingleton<BrandedHosts>();
        return services;
    }
}
