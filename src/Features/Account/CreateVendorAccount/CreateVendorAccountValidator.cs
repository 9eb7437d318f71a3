using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

internal sealed class CreateVendorAccountValidator : RequestValidator<CreateVendorAccount>
{
    private const int MaxNameLength = 200;

    public CreateVendorAccountValidator()
    {
        RuleFor(request => request.TenantId).Required();
        RuleFor(request => request.DisplayName).Characters(1, MaxNameLength).NotBlank();
        RuleFor(request => request.VendorAccountId).VendorAccountId();
    }
}
