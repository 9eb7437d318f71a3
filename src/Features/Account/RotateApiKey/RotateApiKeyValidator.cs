using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

internal sealed class RotateApiKeyValidator : RequestValidator<RotateApiKey>
{
    public const int MaxOverlapHours = 30 * 24;

    public RotateApiKeyValidator()
    {
        RuleFor(request => request.KeyId).Required();
        RuleFor(request => request.OverlapHours).InclusiveBetween(0, MaxOverlapHours).WithMessage($"must be 0 to {MaxOverlapHours}");
    }
}
