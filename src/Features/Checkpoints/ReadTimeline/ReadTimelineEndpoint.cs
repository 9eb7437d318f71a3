using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Checkpoints;

/// <summary><c>GET /api/v1/balance/checkpoint-timeline/:customerId</c></summary>
internal sealed class ReadTimelineEndpoint(IMediator mediator) : Endpoint<ReadTimeline, TimelineRead>
{
    public override void Configure()
    {
        Get("/api/v1/balance/checkpoint-timeline/:customerId");
        ApiKey();
        Summary("A customer's checkpoints over a range in order, the parts that none covers, and the range in figures.");
        Refuses(
            RefusalCode.InvalidScopeCombination, RefusalCode.ScopeTooWide, RefusalCode.VendorAccountRequired, RefusalCode.VendorAccountForbidden,
            RefusalCode.CustomerNotFound);
    }

    protected override ReadTimeline Bind(RequestInput input) => new(
        Caller, input.Path("customerId"),
        new ScopeFields(input.Query("period"), input.Query("timePreset"), input.Query("startDate"), input.Query("endDate")),
        input.Query("vendorAccountId"), input.QueryInt32("limit") ?? 100, input.Query("cursor"));

    public override async Task HandleAsync(ReadTimeline request, CancellationToken ct) => await AnswerAsync(await mediator.Send(request, ct));
}
