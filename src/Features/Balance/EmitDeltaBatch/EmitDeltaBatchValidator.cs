using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

/// <summary>What refuses the whole request; an item's own faults are that item's.</summary>
internal sealed class EmitDeltaBatchValidator : RequestValidator<EmitDeltaBatch>
{
    public const int MaxItems = WireLimits.MaxBatchItems;

    public EmitDeltaBatchValidator()
    {
        RuleFor(request => request.Deltas).Must(deltas => deltas.Count is >= 1 and <= MaxItems)
            .OverridePropertyName("deltas").WithMessage($"must have 1 to {MaxItems} items");
        RuleFor(request => request).Must(HasOneVendorAccount)
            .OverridePropertyName("vendorAccountId").WithMessage("must be the same wherever it is given");
    }

    private static bool HasOneVendorAccount(EmitDeltaBatch request)
    {
        var one = request.VendorAccountId;
        foreach (var delta in request.Deltas)
        {
            if (delta.VendorAccountId is null) continue;
            if ((one ??= delta.VendorAccountId) != delta.VendorAccountId) return false;
        }

        return true;
    }
}
