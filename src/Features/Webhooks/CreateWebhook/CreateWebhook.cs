using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Webhooks;

/// <summary>Registers an endpoint, which gets every event of the environment from now on.</summary>
public sealed record CreateWebhook(Caller Caller, string? Url, string? Description) : IRequest<Outcome<WebhookCreated>>;

/// <param name="Secret">It is shown here and never again.</param>
public sealed record WebhookCreated(string Id, string Url, string? Description, string Environment, string Secret, bool Enabled, DateTimeOffset CreatedAt);
