using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.Sharing;

internal sealed class GetSharingSettingsHandler(SharingSettings settings) : IRequestHandler<GetSharingSettings, Outcome<SharingSettingsShown>>
{
    public async Task<Outcome<SharingSettingsShown>> Handle(GetSharingSettings request, CancellationToken ct)
    {
        var set = await settings.FindAsync(request.Caller.TenantId, ct);
        return new SharingSettingsShown(set.DefaultPolicy, set.AutoCreateLinks);
    }
}
