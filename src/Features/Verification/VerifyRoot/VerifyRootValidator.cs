using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Verification;

internal sealed class VerifyRootValidator : RequestValidator<VerifyRoot>
{
    /// <remarks>A root of any other form is simply unknown (404).</remarks>
    public VerifyRootValidator() =>
        RuleFor(r => r.Source).Must(source => source is "db" or "chain" or "both").WithMessage("must be db, chain or both");
}
