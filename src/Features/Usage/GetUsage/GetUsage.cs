using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Usage;

/// <summary>Reads the state of the caller's plan in its environment, for the current UTC month.</summary>
public sealed record GetUsage(Caller Caller) : IRequest<Outcome<UsageRead>>;

/// <summary>The state of a plan (api-balance 3.9).</summary>
/// <param name="Allowed">False when a record would be refused with <c>PLAN_EXHAUSTED</c>.</param>
/// <param name="IncludedDeltas">Null for any number; the same for what remains.</param>
/// <param name="OverageRate">USD for each record above the included number; null where there is no above.</param>
/// <param name="ResetsAt">The month's end; null for a plan for life.</param>
public sealed record UsageRead(
    string Environment, string Plan, string Tier, string Period, bool Allowed, long? IncludedDeltas, long ConsumedDeltas, long? Remaining, long? RemainingDeltas,
    long OverageCount, decimal? OverageRate, decimal OverageChargesUsd, DateTimeOffset? ResetsAt);
