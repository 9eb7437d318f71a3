using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Webhooks;

/// <summary>Deletes an endpoint. What waits for it is given up; what was sent can be looked up for a while.</summary>
public sealed record DeleteWebhook(Caller Caller, string WebhookId) : IRequest<Outcome<WebhookDeleted>>;

public sealed record WebhookDeleted(string Id, bool Deleted);
