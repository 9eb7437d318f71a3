using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

internal sealed class SweepSharingValidator : RequestValidator<SweepSharing>;
