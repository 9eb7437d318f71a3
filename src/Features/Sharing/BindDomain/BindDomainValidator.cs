using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

internal sealed class BindDomainValidator : RequestValidator<BindDomain>
{
    public BindDomainValidator() => RuleFor(r => r.DomainId).Required();
}
