using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Webhooks;

/// <summary>Takes the turn of one endpoint that has something due: a background step, asked for by its schedule.</summary>
/// <param name="OnTaken">Called as soon as there is such an endpoint, so that the next one need not wait for this one's receiver.</param>
public sealed record DeliverWebhooks(Action? OnTaken = null) : IRequest<Outcome<WebhooksDelivered>>;

/// <param name="HasTaken">False when nothing is due, here or on a node that is at it.</param>
/// <param name="Attempts">Of this turn.</param>
/// <param name="Delivered">Of them.</param>
public sealed record WebhooksDelivered(bool HasTaken, int Attempts, int Delivered);
