using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Webhooks;

internal sealed class DeleteWebhookValidator : RequestValidator<DeleteWebhook>
{
    public DeleteWebhookValidator() => RuleFor(r => r.WebhookId).Required();
}
