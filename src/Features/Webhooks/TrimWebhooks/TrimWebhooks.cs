using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Webhooks;

/// <summary>Lets go of deliveries that are older than thirty days: a background step, asked for by its schedule.</summary>
public sealed record TrimWebhooks : IRequest<Outcome<WebhooksTrimmed>>;

public sealed record WebhooksTrimmed(long Deliveries);
