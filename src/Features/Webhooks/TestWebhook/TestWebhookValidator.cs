using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Webhooks;

internal sealed class TestWebhookValidator : RequestValidator<TestWebhook>
{
    public TestWebhookValidator() => RuleFor(r => r.WebhookId).Required();
}
