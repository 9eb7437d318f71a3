using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Checkpoints;

/// <summary>Works off a part of one unfinished run: a background step, asked for by its schedule.</summary>
/// <param name="MaxCustomers">Customers at most before the lease is given back.</param>
public sealed record RunCheckpoints(int MaxCustomers) : IRequest<Outcome<CheckpointsRun>>;

/// <param name="HasMore">There is more to do at once.</param>
public sealed record CheckpointsRun(int Customers, bool HasMore);
