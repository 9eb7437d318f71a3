using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.Sharing;

internal sealed class RevealAccessCodeHandler(VendorAccounts vendorAccounts, CustomerLinks links, SharingViews views)
    : IRequestHandler<RevealAccessCode, Outcome<AccessCodeRevealed>>
{
    public async Task<Outcome<AccessCodeRevealed>> Handle(RevealAccessCode request, CancellationToken ct)
    {
        var found = await vendorAccounts.CustomerToReadAsync(request.Caller, request.CustomerId, request.VendorAccountId, ct);
        if (!found.Accepted(out var customer, out var refusal)) return refusal;
        var facts = await links.FindAsync(customer.Ledger.LedgerNo, customer.CustomerNo, ct);
        if (SharingRefusals.OfLink(facts.Link) is { } noLink) return noLink;
        var code = views.CodeOf(customer.Ledger.Environment, facts.Link!, facts.Rule.EffectivePolicy);
        return new AccessCodeRevealed(code, code is null ? null : $"Record: {views.Show(customer, facts).CustomerLinkUrl}  Access code: {code}");
    }
}
