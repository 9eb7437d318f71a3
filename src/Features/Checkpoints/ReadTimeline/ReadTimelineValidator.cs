using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Checkpoints;

internal sealed class ReadTimelineValidator : RequestValidator<ReadTimeline>
{
    public ReadTimelineValidator()
    {
        RuleFor(r => r.CustomerId).CustomerId();
        RuleFor(r => r.Limit).InclusiveBetween(1, 1000).WithMessage("must be 1 to 1000");
    }
}
