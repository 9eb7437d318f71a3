using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Service;

internal sealed class ReadMetricsHandler(MetricsAccess access, ProcessMetrics process, DatabaseGauges database) : IRequestHandler<ReadMetrics, Outcome<MetricsRead>>
{
    public async Task<Outcome<MetricsRead>> Handle(ReadMetrics request, CancellationToken ct)
    {
        // To everybody else there is nothing here.
        if (!access.Allows(request)) return Refusal.NotFound("There is nothing under this address");
        return new MetricsRead([.. process.Read(), .. await database.ReadAsync(ct)]);
    }
}
