using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.SharedRecord;

internal sealed class ComparePeriodsValidator : RequestValidator<ComparePeriods>
{
    private const string NotBoth = "does not go with leftCheckpointId or rightCheckpointId";

    public ComparePeriodsValidator()
    {
        RuleFor(r => r.CustomerId).CustomerId();
        RuleFor(r => r.VendorAccountId).VendorAccountId();
        When(NamesNoMonth, () =>
        {
            RuleFor(r => r.LeftCheckpointId).Required();
            RuleFor(r => r.RightCheckpointId).Required();
        }).Otherwise(() =>
        {
            RuleFor(r => r.LeftPeriod).Must((r, _) => NamesNoCheckpoint(r)).WithMessage(NotBoth).Required().Month();
            RuleFor(r => r.RightPeriod).Must((r, _) => NamesNoCheckpoint(r)).WithMessage(NotBoth).Required().Month();
        });
    }

    private static bool NamesNoMonth(ComparePeriods request) => request is { LeftPeriod: null, RightPeriod: null };

    private static bool NamesNoCheckpoint(ComparePeriods request) => request is { LeftCheckpointId: null, RightCheckpointId: null };
}
