using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Log;

/// <summary>Asks for hashes of one level of the log's tree. Anyone may.</summary>
/// <param name="Level">Of tiles, 0 to 63, as it stands in the path: a tile spans eight levels of the tree.</param>
/// <param name="Path">The tile's name, <c>N[.p/W]</c>, as it stands in the path.</param>
public sealed record ReadTile(string Environment, string Level, string Path) : IRequest<Outcome<TileRead>>;

/// <param name="Hashes">32 bytes each.</param>
public sealed record TileRead(ReadOnlyMemory<byte> Hashes);
