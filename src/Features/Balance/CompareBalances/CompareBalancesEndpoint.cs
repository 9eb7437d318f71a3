using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

/// <summary><c>POST /api/v1/balance/compare</c></summary>
internal sealed class CompareBalancesEndpoint(IMediator sender) : Endpoint<CompareBalances, BalancesCompared>
{
    public override void Configure()
    {
        Post("/api/v1/balance/compare");
        ApiKey();
        Answers(201);
        ExampleBody("""{"customerId":"$CUSTOMER_ID","yourBalance":-142.5,"theirBalance":-100}""");
        Requires("customerId", "yourBalance", "theirBalance");
        Summary("Two claimed balances beside the one that the verified records give, and since when each has been another.");
        Refuses(
            RefusalCode.InvalidScopeCombination, RefusalCode.ScopeTooWide, RefusalCode.VendorAccountRequired, RefusalCode.VendorAccountForbidden,
            RefusalCode.CustomerNotFound, RefusalCode.CheckpointNotFound);
    }

    protected override CompareBalances Bind(RequestInput input) => new(
        Caller, input.Body.Text("customerId"), input.Body.Amount("yourBalance"), input.Body.Amount("theirBalance"), input.Body.Amount("startingBalance") ?? 0,
        new ScopeFields(input.Body.Text("period"), input.Body.Text("timePreset"), input.Body.Text("startDate"), input.Body.Text("endDate")),
        input.Body.Text("startingCheckpoint"), input.Body.Text("startingCheckpointType"), input.Body.Text("granularity"), input.Body.Text("vendorAccountId"));

    public override async Task HandleAsync(CompareBalances request, CancellationToken ct) => await AnswerAsync(await sender.Send(request, ct));
}
