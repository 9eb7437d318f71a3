using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

/// <summary>One rule, since a delta's shape is asked in one place for both routes.</summary>
internal sealed class EmitDeltaValidator : RequestValidator<EmitDelta>
{
    public EmitDeltaValidator() => RuleFor(request => request.Delta).Custom((delta, context) =>
    {
        if (DeltaRules.Check(delta) is { } problem) context.AddFailure(problem.Field, problem.Message);
    });
}
