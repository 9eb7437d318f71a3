using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Webhooks;

internal sealed class ListWebhooksValidator : RequestValidator<ListWebhooks>
{
    public ListWebhooksValidator()
    {
        RuleFor(r => r.Page).InclusiveBetween(1, 1_000_000).WithMessage("must be 1 to 1000000");
        RuleFor(r => r.Limit).InclusiveBetween(1, 1_000).WithMessage("must be 1 to 1000");
    }
}
