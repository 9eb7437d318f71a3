using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

internal sealed class ArchiveVendorAccountValidator : RequestValidator<ArchiveVendorAccount>
{
    public ArchiveVendorAccountValidator() => RuleFor(request => request.VendorAccountId).Required();
}
