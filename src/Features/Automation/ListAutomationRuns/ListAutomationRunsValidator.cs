using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Automation;

internal sealed class ListAutomationRunsValidator : RequestValidator<ListAutomationRuns>
{
    public const int DefaultLimit = 25;
    public const int MaxLimit = 1_000;

    public ListAutomationRunsValidator()
    {
        RuleFor(r => r.VendorAccountId).VendorAccountId();
        RuleFor(r => r.Limit).InclusiveBetween(1, MaxLimit).WithMessage($"must be 1 to {MaxLimit}");
    }
}
