using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Webhooks;

/// <summary>Sends <c>webhook.test</c> to an endpoint, once and now, also while it is disabled.</summary>
public sealed record TestWebhook(Caller Caller, string WebhookId) : IRequest<Outcome<WebhookTested>>;

/// <param name="ResponseStatus">Null when there was no answer.</param>
/// <param name="Ok">A 2xx came within the time-out.</param>
public sealed record WebhookTested(string EventId, int? ResponseStatus, int DurationMs, bool Ok);
