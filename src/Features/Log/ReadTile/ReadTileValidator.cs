using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Log;

/// <summary>Complains about nothing: a name that no tile has is not found.</summary>
internal sealed class ReadTileValidator : RequestValidator<ReadTile>;
