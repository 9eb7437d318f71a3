using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Log;

internal sealed class AdoptLogValidator : RequestValidator<AdoptLog>
{
    public AdoptLogValidator() => RuleFor(r => r.Environment).Must(LogEnvironments.Exists).WithMessage("must be production or sandbox");
}
