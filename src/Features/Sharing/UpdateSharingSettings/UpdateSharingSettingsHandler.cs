using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.Sharing;

internal sealed class UpdateSharingSettingsHandler(SharingSettings settings) : IRequestHandler<UpdateSharingSettings, Outcome<SharingSettingsShown>>
{
    public async Task<Outcome<SharingSettingsShown>> Handle(UpdateSharingSettings request, CancellationToken ct)
    {
        var set = await settings.ChangeAsync(request.Caller.TenantId, request.DefaultPolicy, request.AutoCreateLinks, ct);
        return new SharingSettingsShown(set.DefaultPolicy, set.AutoCreateLinks);
    }
}
