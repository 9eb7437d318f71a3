using FluentValidation;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Features.Webhooks;

internal sealed class ListWebhookDeliveriesValidator : RequestValidator<ListWebhookDeliveries>
{
    private const int MaxOffset = 10_000;

    public ListWebhookDeliveriesValidator()
    {
        RuleFor(r => r.Status).Must(status => status is null || DeliveryWords.TryParse(status, out _)).WithMessage("must be QUEUED, PROCESSING, VERIFIED or FAILED");
        RuleFor(r => r.Event).Must(name => name is null || WebhookKinds.TryParse(name, out _)).WithMessage("names no event");
        RuleFor(r => r.Limit).InclusiveBetween(1, 1000).WithMessage("must be 1 to 1000");
        RuleFor(r => r.Offset).InclusiveBetween(0, MaxOffset).WithMessage($"must be 0 to {MaxOffset}; go on with cursor")
            .Must((request, offset) => request.Cursor is null || offset == 0).WithMessage("does not go with cursor");
    }
}
