using System.Buffers.Binary;
using MediatR;
using PacSpace.Evidence;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Log;

internal sealed class ReadEntriesHandler(LogReader log) : IRequestHandler<ReadEntries, Outcome<EntriesRead>>
{
    public async Task<Outcome<EntriesRead>> Handle(ReadEntries request, CancellationToken ct)
    {
        if (!LogEnvironments.Exists(request.Environment) || !TilePath.TryParse(request.Path, out var tile)) return LogEnvironments.NotThere;
        var entries = await log.EntriesAsync(request.Environment, new LeafIndex(tile.Number * TilePath.FullWidth), tile.Width, ct);
        if (entries.Count < tile.Width) return LogEnvironments.NotThere;

        const int framed = sizeof(ushort) + Entry.Size;
        var bytes = new byte[entries.Count * framed];
        for (var i = 0; i < entries.Count; i++)
        {
            var at = bytes.AsSpan(i * framed, framed);
            BinaryPrimitives.WriteUInt16BigEndian(at, Entry.Size);
            entries[i].CopyTo(at[sizeof(ushort)..]);
        }

        return new EntriesRead(bytes);
    }
}
