using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

internal sealed class DeleteDomainValidator : RequestValidator<DeleteDomain>
{
    public DeleteDomainValidator() => RuleFor(r => r.DomainId).Required();
}
