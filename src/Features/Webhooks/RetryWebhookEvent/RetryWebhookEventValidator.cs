using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Webhooks;

internal sealed class RetryWebhookEventValidator : RequestValidator<RetryWebhookEvent>
{
    public RetryWebhookEventValidator() => RuleFor(r => r.WebhookId).Characters(1, 64);
}
