using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

internal sealed class ListVendorAccountsValidator : RequestValidator<ListVendorAccounts>
{
    public ListVendorAccountsValidator() => RuleFor(request => request.TenantId).Required();
}
