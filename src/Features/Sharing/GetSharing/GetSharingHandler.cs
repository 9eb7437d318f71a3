using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

internal sealed class GetSharingHandler(VendorAccounts vendorAccounts, SharingViews views) : IRequestHandler<GetSharing, Outcome<CustomerSharing>>
{
    public async Task<Outcome<CustomerSharing>> Handle(GetSharing request, CancellationToken ct)
    {
        var found = await vendorAccounts.CustomerToReadAsync(request.Caller, request.CustomerId, request.VendorAccountId, ct);
        return found.Accepted(out var customer, out var refusal) ? await views.ShowAsync(customer, ct) : refusal;
    }
}
