using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Log;

/// <summary>Asks for entries of the log. Anyone may: they are hashes of roots and open nothing.</summary>
/// <param name="Path">The tile's name, <c>N[.p/W]</c>, as it stands in the path.</param>
public sealed record ReadEntries(string Environment, string Path) : IRequest<Outcome<EntriesRead>>;

/// <param name="Entries">Each as a big-endian uint16 length and its bytes.</param>
public sealed record EntriesRead(ReadOnlyMemory<byte> Entries);
