using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Webhooks;

/// <summary>Gives an endpoint a new signing secret. For a day deliveries carry the signatures of both.</summary>
public sealed record RotateWebhookSecret(Caller Caller, string WebhookId) : IRequest<Outcome<WebhookSecretRotated>>;

/// <param name="Secret">It is shown here and never again.</param>
public sealed record WebhookSecretRotated(string Id, string Secret, DateTimeOffset PreviousSecretExpiresAt);
