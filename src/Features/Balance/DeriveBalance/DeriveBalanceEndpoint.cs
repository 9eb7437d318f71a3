using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

/// <summary><c>GET /api/v1/balance/derive/:customerId</c></summary>
internal sealed class DeriveBalanceEndpoint(IMediator sender) : Endpoint<DeriveBalance, BalanceDerived>
{
    public override void Configure()
    {
        Get("/api/v1/balance/derive/:customerId");
        ApiKey();
        Summary("Replays the verified records of a window, or from a checkpoint or record to now: totals, breakdown, rows.");
        Refuses(
            RefusalCode.InvalidScopeCombination, RefusalCode.ScopeTooWide, RefusalCode.VendorAccountRequired, RefusalCode.VendorAccountForbidden,
            RefusalCode.CustomerNotFound, RefusalCode.CheckpointNotFound);
    }

    protected override DeriveBalance Bind(RequestInput input) => new(
        Caller, input.Path("customerId"), input.Query("vendorAccountId"),
        new ScopeFields(input.Query("period"), input.Query("timePreset"), input.Query("startDate"), input.Query("endDate")),
        input.QueryAmount("startingBalance") ?? 0, input.Query("startingCheckpoint"), input.Query("startingCheckpointType"), input.Query("granularity"),
        input.QueryInt32("limit") ?? 100, input.QueryInt64("offset") ?? 0, input.Query("cursor"));

    public override async Task HandleAsync(DeriveBalance request, CancellationToken ct) => await AnswerAsync(await sender.Send(request, ct));
}
