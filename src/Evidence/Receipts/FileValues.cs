using System.Text;

namespace PacSpace.Evidence;

/// <summary>The leaves of files, each of its one form.</summary>
internal static class FileValues
{
    private static readonly Shape Position = new("A place in a tree", ["index", "size", "path"]);

    public static void ReadFormat(this JsonPull json, ReadOnlySpan<byte> format)
    {
        if (!json.String().SequenceEqual(format)) throw JsonPull.Bad("The file is of another format or version.");
    }

    public static Salt ReadSalt(this JsonPull json) =>
        Salt.TryParseHex(json.String(), out var salt) ? salt : throw JsonPull.Bad("A salt is not 32 lower-case hex digits.");

    public static Hash ReadHash(this JsonPull json) =>
        Hash.TryParseHex(json.String(), out var hash) ? hash : throw JsonPull.Bad("A hash is not 64 lower-case hex digits.");

    public static Hash ReadHash0x(this JsonPull json) =>
        Hash.TryParse0x(json.String(), out var hash) ? hash : throw JsonPull.Bad("A root is not 0x and 64 lower-case hex digits.");

    public static long ReadCount(this JsonPull json) =>
        Count.TryParse(json.String(), out var count) ? count : throw JsonPull.Bad("An index or size is not a count.");

    public static string ReadText(this JsonPull json) => Encoding.UTF8.GetString(json.String());

    public static List<Hash> ReadPath(this JsonPull json)
    {
        var path = new List<Hash>();
        json.Expect('[');
        if (json.TryTake(']')) return path;
        do
        {
            if (path.Count == InclusionProof.MaxPathLength) throw JsonPull.Bad("A path has more than 64 hashes.");
            path.Add(json.ReadHash());
        }
        while (json.TryTake(','));
        json.Expect(']');
        return path;
    }

    public static InclusionProof ReadPosition(this JsonPull json)
    {
        var (index, size, path) = (0L, 0L, new List<Hash>());
        for (var members = Position.Open(json); members.Next();)
        {
            switch (members.Name)
            {
                case "index": index = json.ReadCount(); break;
                case "size": size = json.ReadCount(); break;
                case "path": path = json.ReadPath(); break;
            }
        }
        return new(new(index), new(size), path);
    }
}
