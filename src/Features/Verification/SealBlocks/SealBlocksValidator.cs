using FluentValidation;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Verification;

internal sealed class SealBlocksValidator : RequestValidator<SealBlocks>
{
    public SealBlocksValidator() =>
        RuleFor(r => r.Environment).Must(e => Sealers.Environments.Contains(e)).WithMessage("must be production or sandbox");
}
