using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.Sharing;

/// <summary>Shows a customer's sharing to its vendor, and derives the code where the vendor may print it.</summary>
internal sealed class SharingViews(CustomerLinks links, AccessCodes codes, PublicAddress address)
{
    public async Task<CustomerSharing> ShowAsync(CustomerRow customer, CancellationToken ct) =>
        Show(customer, await links.FindAsync(customer.Ledger.LedgerNo, customer.CustomerNo, ct));

    public CustomerSharing Show(CustomerRow customer, SharingFacts facts)
    {
        var (rule, link) = (facts.Rule, facts.Link);
        var active = link is { IsActive: true } ? link : null;
        return new CustomerSharing(
            customer.CustomerId, customer.Ledger.VendorAccountId, rule.Policy, rule.EffectivePolicy, StateOf(facts),
            active is null ? null : address.SharedRecord(facts.Hostname, active.Handle), active is null ? null : facts.Hostname ?? address.Host, rule.DomainId,
            link is null ? null : new SharingLink(link.Version, link.CreatedAt, link.RevokedAt),
            new SharingCode(
                rule.EffectivePolicy != SharingPolicies.Open, active is not null && !facts.IsCodeLocked, active is not null && facts.IsCodeLocked, link?.CodeVersion,
                link?.CodeRotatedAt, facts.CodeFailures, CodeGate.Budget),
            facts.ActiveSessions, link?.LastViewedAt);
    }

    /// <summary>Null under OPEN, where there is nothing to enter it into.</summary>
    public string? CodeOf(string environment, StoredLink link, string effectivePolicy) =>
        effectivePolicy == SharingPolicies.Open ? null : codes.Of(environment, link.Handle, link.CodeVersion);

    private static string StateOf(SharingFacts facts) => facts switch
    {
        { Link: null } => "NOT_SHARED",
        { Link.IsActive: false } => "REVOKED",
        { IsCodeLocked: true } => "CODE_LOCKED",
        _ => "ACTIVE",
    };
}
