using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

/// <remarks>A Referer that cannot be read shows nobody.</remarks>
internal sealed class FindEmbedderValidator : RequestValidator<FindEmbedder>;
