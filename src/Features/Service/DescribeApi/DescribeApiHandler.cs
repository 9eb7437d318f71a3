using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Service;

internal sealed class DescribeApiHandler(ApiDescription api) : IRequestHandler<DescribeApi, Outcome<ApiDescribed>>
{
    public Task<Outcome<ApiDescribed>> Handle(DescribeApi request, CancellationToken ct) => Task.FromResult<Outcome<ApiDescribed>>(api.Described);
}
