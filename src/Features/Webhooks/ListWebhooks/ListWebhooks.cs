using MediatR;
using PacSpace.Features.Customers;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Webhooks;

/// <summary>The endpoints of the environment, oldest first, without their secrets.</summary>
public sealed record ListWebhooks(Caller Caller, int Page, int Limit) : IRequest<Outcome<WebhooksListed>>;

/// <param name="NextCursor">Null: an environment has so few that pages are enough.</param>
public sealed record WebhooksListed(IReadOnlyList<WebhookRow> Webhooks, Pagination Pagination, string? NextCursor);
