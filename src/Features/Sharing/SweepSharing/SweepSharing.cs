using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

/// <summary>Lets go of sessions, waiting times, failures and visits whose time is over.</summary>
public sealed record SweepSharing : IRequest<Outcome<SharingSwept>>, IOperatorRequest;

/// <param name="Rows">How many went.</param>
public sealed record SharingSwept(long Rows);
