using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.Sharing;

internal sealed class RotateAccessCodeHandler(VendorAccounts vendorAccounts, CustomerLinks links, SharingViews views)
    : IRequestHandler<RotateAccessCode, Outcome<AccessCodeRotated>>
{
    public async Task<Outcome<AccessCodeRotated>> Handle(RotateAccessCode request, CancellationToken ct)
    {
        var found = await vendorAccounts.CustomerToReadAsync(request.Caller, request.CustomerId, request.VendorAccountId, ct);
        if (!found.Accepted(out var customer, out var refusal)) return refusal;
        await links.TryRotateCodeAsync(customer.Ledger.LedgerNo, customer.CustomerNo, ct);
        var facts = await links.FindAsync(customer.Ledger.LedgerNo, customer.CustomerNo, ct);
        if (SharingRefusals.OfLink(facts.Link) is { } noLink) return noLink;
        return new AccessCodeRotated(views.Show(customer, facts), views.CodeOf(customer.Ledger.Environment, facts.Link!, facts.Rule.EffectivePolicy));
    }
}
