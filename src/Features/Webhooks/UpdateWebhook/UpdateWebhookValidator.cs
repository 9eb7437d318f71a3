using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Webhooks;

internal sealed class UpdateWebhookValidator : RequestValidator<UpdateWebhook>
{
    public UpdateWebhookValidator()
    {
        RuleFor(r => r.WebhookId).Required();
        RuleFor(r => r.Url).WebhookUrl();
        RuleFor(r => r.Description).WebhookDescription();
    }
}
