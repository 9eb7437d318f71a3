using MediatR;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.SharedRecord;

/// <summary><c>GET /api/v1/middleware/customers/:customerId/live</c></summary>
internal sealed class ReadLiveRecordEndpoint(IMediator mediator) : Endpoint<ReadLiveRecord, LiveRecordRead>
{
    public override void Configure()
    {
        Get("/api/v1/middleware/customers/:customerId/live");
        ApiKey();
        MiddlewareOnly();
        Summary("What a customer's Shared Record shows now: a month's totals and its records, newest first.");
        Refuses(RefusalCode.CustomerNotFound, RefusalCode.VendorAccountRequired);
    }

    protected override ReadLiveRecord Bind(RequestInput input) => new(
        Caller, input.Path("customerId"), input.Query("vendorAccountId"), input.Query("period"), input.QueryInt32("limit") ?? 20, input.Query("cursor"));

    public override async Task HandleAsync(ReadLiveRecord request, CancellationToken ct) => await AnswerAsync(await mediator.Send(request, ct));
}
