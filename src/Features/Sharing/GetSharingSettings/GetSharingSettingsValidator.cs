using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

internal sealed class GetSharingSettingsValidator : RequestValidator<GetSharingSettings>;
