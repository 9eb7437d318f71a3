using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Webhooks;

/// <summary>Changes an endpoint; what is null stays. Enabling it clears the failure count; disabling it gives up what waits.</summary>
public sealed record UpdateWebhook(Caller Caller, string WebhookId, string? Url, string? Description, bool? Enabled) : IRequest<Outcome<WebhookRow>>;
