using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Service;

/// <summary>Asks whether this node should get requests.</summary>
public sealed record CheckReadiness : IRequest<Outcome<ReadinessChecked>>;

/// <param name="Status"><c>ready</c>, <c>starting</c>, <c>draining</c> or <c>failing</c>.</param>
/// <param name="Checks"><c>ok</c> or <c>failing</c>; no addresses, no messages.</param>
public sealed record ReadinessChecked(string Status, string Version, IReadOnlyDictionary<string, string> Checks);
