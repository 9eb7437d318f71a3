using FluentValidation;

namespace PacSpace.Features.Pipeline;

/// <summary>The base of our validators: one complaint a field, the first that applies. A message goes on after the field's
/// name: <c>must not be zero</c>.</summary>
internal abstract class RequestValidator<TRequest> : AbstractValidator<TRequest>
{
    protected RequestValidator() => RuleLevelCascadeMode = CascadeMode.Stop;
}
