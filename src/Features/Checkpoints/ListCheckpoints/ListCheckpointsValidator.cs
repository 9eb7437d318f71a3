using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Checkpoints;

internal sealed class ListCheckpointsValidator : RequestValidator<ListCheckpoints>
{
    public ListCheckpointsValidator()
    {
        RuleFor(r => r.CustomerId).CustomerId();
        RuleFor(r => r.VendorAccountId).VendorAccountId();
        RuleFor(r => r.Status)
            .Must(status => status is null || status.ToUpperInvariant() is "QUEUED" or "VERIFIED").WithMessage("must be QUEUED or VERIFIED");
        RuleFor(r => r.Mode).Must(mode => mode is null or "all" or "selected").WithMessage("must be all or selected");
        RuleFor(r => r.CheckpointRunId).Characters(1, 64);
        RuleFor(r => r.Limit).InclusiveBetween(1, 1000).WithMessage("must be 1 to 1000");
        RuleFor(r => r.Offset).GreaterThanOrEqualTo(0).WithMessage("must not be negative")
            .Must((request, offset) => request.Cursor is null || offset == 0).WithMessage("does not go with cursor");
    }
}
