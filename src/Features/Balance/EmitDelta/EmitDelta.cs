using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

/// <summary>Records one delta.</summary>
public sealed record EmitDelta(Caller Caller, [property: Flat] NewDelta Delta, IdempotencyKey? Idempotency) : IRequest<Outcome<DeltaEmitted>>;

/// <summary>The record, durable and numbered; or the answer of the first request with the same key.</summary>
public sealed record DeltaEmitted(RecordResult Record, bool IsReplay);
