using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

/// <summary>One record with its status and metadata.</summary>
public sealed record GetDelta(Caller Caller, string RecordId) : IRequest<Outcome<RecordDetail>>;
