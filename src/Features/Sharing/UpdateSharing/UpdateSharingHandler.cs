using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.Sharing;

internal sealed class UpdateSharingHandler(VendorAccounts vendorAccounts, CustomerLinks links, SharingViews views)
    : IRequestHandler<UpdateSharing, Outcome<CustomerSharing>>
{
    public async Task<Outcome<CustomerSharing>> Handle(UpdateSharing request, CancellationToken ct)
    {
        var found = await vendorAccounts.CustomerToReadAsync(request.Caller, request.CustomerId, request.VendorAccountId, ct);
        if (!found.Accepted(out var customer, out var refusal)) return refusal;
        var isChanged = await links.ChangeAsync(
            customer.Ledger, customer.CustomerNo, before => before.Change(request.Policy ?? before.Policy, request.SetsDomain ? request.DomainId : before.DomainId), ct);
        return isChanged ? await views.ShowAsync(customer, ct) : SharingRefusals.NotYourDomain();
    }
}
