using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

/// <summary><c>POST /api/v1/balance/delta</c></summary>
internal sealed class EmitDeltaEndpoint(IMediator mediator) : Endpoint<EmitDelta, RecordResult>
{
    public override void Configure()
    {
        Post("/api/v1/balance/delta");
        ApiKey();
        HonoursIdempotencyKey();
        Summary("Records one delta of one customer. The answer is sent when the record is durable and numbered.");
        Answers(201);
        Requires("customerId", "delta", "reason");
        ExampleBody("""{"customerId":"cust_example","delta":-42.5,"reason":"gpu_hours","referenceId":"job_881","metadata":{"region":"eu-1"}}""");
        Refuses(
            RefusalCode.IdempotencyPending, RefusalCode.AdjustsNotFound, RefusalCode.VendorAccountRequired, RefusalCode.VendorAccountForbidden,
            RefusalCode.PlanExhausted, RefusalCode.IdempotencyKeyReused, RefusalCode.BodyTooLarge, RefusalCode.CadenceLimit);
    }

    protected override EmitDelta Bind(RequestInput input) =>
        new(Caller, DeltaBody.Read(input), IdempotencyKey is { } key ? Pipeline.IdempotencyKey.Of(key, input.BodyBytes) : null);

    public override async Task HandleAsync(EmitDelta request, CancellationToken ct)
    {
        var outcome = await mediator.Send(request, ct);
        if (!outcome.Accepted(out var emitted, out var refusal))
        {
            await AnswerAsync(refusal);
            return;
        }

        if (emitted.IsReplay) HttpContext.Response.Headers["Idempotent-Replayed"] = "true";
        await AnswerAsync(emitted.Record);
    }
}
