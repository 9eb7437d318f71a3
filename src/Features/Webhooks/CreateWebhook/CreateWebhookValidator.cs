using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Webhooks;

internal sealed class CreateWebhookValidator : RequestValidator<CreateWebhook>
{
    public CreateWebhookValidator()
    {
        RuleFor(r => r.Url).Required().WebhookUrl();
        RuleFor(r => r.Description).WebhookDescription();
    }
}
