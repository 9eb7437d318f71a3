using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

/// <summary><c>GET /api/v1/balance/gaps/:customerId</c></summary>
internal sealed class FindGapsEndpoint(IMediator sender) : Endpoint<FindGaps, GapsFound>
{
    public override void Configure()
    {
        Get("/api/v1/balance/gaps/:customerId");
        ApiKey();
        Summary("Sequence numbers that were given and have no stored record. A healthy ledger has none.");
        Refuses(RefusalCode.VendorAccountRequired, RefusalCode.VendorAccountForbidden, RefusalCode.CustomerNotFound);
    }

    protected override FindGaps Bind(RequestInput input) => new(
        Caller, input.Path("customerId"), input.Query("vendorAccountId"), input.QueryInt64("fromSequence") ?? 1, input.QueryInt64("toSequence"),
        input.QueryInt32("limit") ?? 100, input.Query("cursor"));

    public override async Task HandleAsync(FindGaps request, CancellationToken ct) => await AnswerAsync(await sender.Send(request, ct));
}
