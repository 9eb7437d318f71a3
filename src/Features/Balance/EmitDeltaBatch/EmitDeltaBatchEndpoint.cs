using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

/// <summary><c>POST /api/v1/balance/delta/batch</c></summary>
internal sealed class EmitDeltaBatchEndpoint(IMediator mediator) : Endpoint<EmitDeltaBatch, DeltaGroup>
{
    public override void Configure()
    {
        Post("/api/v1/balance/delta/batch", WireLimits.MaxBatchBodyBytes);
        ApiKey();
        HonoursIdempotencyKey();
        Summary("Records up to 1,000 deltas as one submission. Items are independent; the accepted ones commit together.");
        Answers(201, 200);
        Requires("deltas");
        ExampleBody("""{"deltas":[{"customerId":"cust_example","delta":-10,"reason":"tokens","referenceId":"sum_a1"},{"customerId":"cust_other","delta":-7.25,"reason":"tokens","referenceId":"sum_b1"}]}""");
        Refuses(
            RefusalCode.IdempotencyPending, RefusalCode.VendorAccountRequired, RefusalCode.VendorAccountForbidden,
            RefusalCode.PlanExhausted, RefusalCode.IdempotencyKeyReused, RefusalCode.BodyTooLarge);
    }

    protected override EmitDeltaBatch Bind(RequestInput input)
    {
        var (deltas, vendorAccountId) = DeltaBody.ReadGroup(input);
        return new(Caller, deltas, vendorAccountId, IdempotencyKey is { } key ? Pipeline.IdempotencyKey.Of(key, input.BodyBytes) : null);
    }

    public override async Task HandleAsync(EmitDeltaBatch request, CancellationToken ct)
    {
        var outcome = await mediator.Send(request, ct);
        if (!outcome.Accepted(out var emitted, out var refusal)) await AnswerAsync(refusal);
        else if (emitted.ReplayedBody is { } replayed) await AnswerBytesAsync(emitted.Status, replayed, isReplay: true);
        else await AnswerAsync(emitted.Group!, emitted.Status);
    }
}
