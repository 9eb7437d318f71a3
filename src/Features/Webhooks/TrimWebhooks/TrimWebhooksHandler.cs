using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Features.Webhooks;

/// <remarks>Each statement stands for itself; a trim that dies is gone on with by the next. Two nodes at once do each other no harm.</remarks>
internal sealed class TrimWebhooksHandler(WebhookEvents events, TimeProvider clock) : IRequestHandler<TrimWebhooks, Outcome<WebhooksTrimmed>>
{
    public async Task<Outcome<WebhooksTrimmed>> Handle(TrimWebhooks request, CancellationToken ct) =>
        new WebhooksTrimmed(await events.TrimAsync(clock.GetUtcNow(), ct));
}
