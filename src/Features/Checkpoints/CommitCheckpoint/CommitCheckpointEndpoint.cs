using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Checkpoints;

/// <summary><c>POST /api/v1/balance/checkpoint</c></summary>
internal sealed class CommitCheckpointEndpoint(IMediator mediator) : Endpoint<CommitCheckpoint, CheckpointCommitted>
{
    public override void Configure()
    {
        Post("/api/v1/balance/checkpoint");
        ExampleBody("""{"customerId":"$CUSTOMER_ID"}""");
        ApiKey();
        HonoursIdempotencyKey();
        Summary("Locks a period-end proof over verified records of one customer; without customerId, of every customer with a record in the window.");
        Answers(201, 200);
        AnswersWith(typeof(CheckpointResult), typeof(CheckpointRunResult));
        Refuses(
            RefusalCode.IdempotencyPending, RefusalCode.InvalidScopeCombination, RefusalCode.ScopeTooWide, RefusalCode.FingerprintNotFound,
            RefusalCode.VendorAccountRequired, RefusalCode.VendorAccountForbidden, RefusalCode.CustomerNotFound, RefusalCode.IdempotencyKeyReused,
            RefusalCode.ProofUnavailable, RefusalCode.BodyTooLarge);
    }

    protected override CommitCheckpoint Bind(RequestInput input)
    {
        var body = input.Body;
        return new CommitCheckpoint(
            Caller, body.Text("customerId"),
            new ScopeFields(body.Text("period"), body.Text("timePreset"), body.Text("startDate"), body.Text("endDate")),
            body.Text("mode"), body.Texts("fingerprints"), body.Text("vendorAccountId"),
            IdempotencyKey is { } key ? Pipeline.IdempotencyKey.Of(key, input.BodyBytes) : null);
    }

    public override async Task HandleAsync(CommitCheckpoint request, CancellationToken ct)
    {
        var outcome = await mediator.Send(request, ct);
        if (!outcome.Accepted(out var committed, out var refusal)) await RefuseAsync(refusal);
        else if (committed.Replay is { } replay) await AnswerBytesAsync(committed.Status, replay, isReplay: true);
        else if (committed.Run is { } run) await JsonAnswer.WriteAsync(HttpContext, committed.Status, run);
        else await JsonAnswer.WriteAsync(HttpContext, committed.Status, committed.Checkpoint);
    }
}
