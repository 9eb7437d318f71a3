using Microsoft.AspNetCore.Http;
using PacSpace.Infrastructure.Ingest;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.Pipeline;

/// <summary>The host that a request without a caller came to (portal 4.3): the installation's own, which serves everybody's receipts
/// and proofs, or a branded one, which serves those of one vendor. Each public request that finds something takes it.</summary>
public sealed class AskedHost
{
    private readonly ServingHost? _branded;

    private AskedHost(ServingHost? branded) => _branded = branded;

    /// <summary>The installation's own, and every address that a machine has for itself.</summary>
    public static AskedHost Default { get; } = new(null);

    public bool IsBranded => _branded is not null;

    /// <summary>Whose host it is, as customers know them; null for the installation's own.</summary>
    public string? VendorName => _branded?.VendorName;

    public bool ShowsPoweredBy => _branded is not { SuppressesPoweredBy: true };

    public static AskedHost Of(HttpContext http) => http.Features.Get<AskedHost>() ?? Default;

    internal static AskedHost Branded(ServingHost host) => new(host);

    /// <summary>Whether what belongs to this ledger is to be found here.</summary>
    internal bool Serves(LedgerRef ledger) => _branded is null || (_branded.TenantId == ledger.TenantId && _branded.VendorAccountId == ledger.VendorAccountId);

    public override string ToString() => IsBranded ? "a branded host" : "the default host";
}
