using PacSpace.Features.Customers;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.Sharing;

/// <summary>Answers what checkpoints and receipts ask: what the vendor may print.</summary>
internal sealed class ActiveLinks(CustomerLinks links, SharingViews views, PublicAddress address)
{
    public async ValueTask<CustomerLink?> FindAsync(CustomerRow customer, CancellationToken ct) => (await FindAsync([customer], ct)).GetValueOrDefault(PlaceOf(customer));

    /// <summary>By the customer's place (ledger, number); customers without an active link are left out.</summary>
    public async ValueTask<IReadOnlyDictionary<(int LedgerNo, int CustomerNo), CustomerLink>> FindAsync(IReadOnlyCollection<CustomerRow> customers, CancellationToken ct)
    {
        var found = await links.FindActiveAsync([.. customers.Select(PlaceOf)], ct);
        var environments = new Dictionary<int, string>();
        foreach (var customer in customers) environments[customer.Ledger.LedgerNo] = customer.Ledger.Environment;
        return found.ToDictionary(
            place => place.Key,
            place => new CustomerLink(
                address.SharedRecord(place.Value.Hostname, place.Value.Link.Handle), place.Value.Hostname ?? address.Host,
                views.CodeOf(environments[place.Key.LedgerNo], place.Value.Link, place.Value.EffectivePolicy)));
    }

    private static (int LedgerNo, int CustomerNo) PlaceOf(CustomerRow customer) => (customer.Ledger.LedgerNo, customer.CustomerNo);
}
