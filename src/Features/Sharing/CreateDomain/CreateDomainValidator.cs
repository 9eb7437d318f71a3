using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

internal sealed class CreateDomainValidator : RequestValidator<CreateDomain>
{
    public CreateDomainValidator()
    {
        RuleFor(r => r.Hostname).Required().Hostname();
        RuleFor(r => r.VendorAccountId).VendorAccountId();
    }
}
