using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Log;

/// <summary>Asks for the proof that the log of one size is a prefix of the log of another. Anyone may.</summary>
/// <param name="First">From 1.</param>
/// <param name="Second">At most the current size, which it is when null.</param>
public sealed record ReadConsistency(string Environment, long? First, long? Second) : IRequest<Outcome<ConsistencyRead>>;

/// <param name="Proof">RFC 6962, 2.1.2; empty when the sizes are equal.</param>
public sealed record ConsistencyRead(string Origin, long First, long Second, string FirstRoot, string SecondRoot, IReadOnlyList<string> Proof);
