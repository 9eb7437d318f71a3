using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Webhooks;

internal sealed class RotateWebhookSecretValidator : RequestValidator<RotateWebhookSecret>
{
    public RotateWebhookSecretValidator() => RuleFor(r => r.WebhookId).Required();
}
