using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Checkpoints;

internal sealed class RunCheckpointsValidator : RequestValidator<RunCheckpoints>
{
    public RunCheckpointsValidator() => RuleFor(r => r.MaxCustomers).GreaterThan(0).WithMessage("must be at least 1");
}
