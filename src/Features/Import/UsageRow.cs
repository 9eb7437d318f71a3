namespace PacSpace.Features.Import;

/// <summary>One row of a usage file.</summary>
/// <param name="Number">Counted from 1, the header and empty lines not counted; expressions call it <c>row</c>.</param>
/// <param name="Line">Line of the file on which the row begins, from 1; expressions call it <c>line</c>.</param>
/// <param name="Fields">As many as the header has, unless <paramref name="Complaint"/> says otherwise.</param>
/// <param name="Complaint">Why the row cannot be read, or null.</param>
internal sealed record UsageRow(long Number, long Line, IReadOnlyList<string> Fields, string? Complaint = null);

/// <summary>The names in a usage file's first line.</summary>
internal sealed class UsageColumns
{
    private readonly Dictionary<string, int> _positions = new(StringComparer.Ordinal);

    /// <exception cref="ImportUseException">Two columns have one name, or one has none.</exception>
    public UsageColumns(IReadOnlyList<string> names)
    {
        Names = names;
        for (var i = 0; i < names.Count; i++)
        {
            if (!_positions.TryAdd(names[i], i)) throw new ImportUseException($"The file has two columns named \"{names[i]}\".");
        }
    }

    public IReadOnlyList<string> Names { get; }

    public bool TryFind(string name, out int position) => _positions.TryGetValue(name, out position);

    public int Find(string name) => TryFind(name, out var position)
        ? position
        : throw new ImportUseException($"The file has no column named \"{name}\". It has: {string.Join(", ", Names)}.");
}

/// <summary>The import was asked for in a way that cannot be done: an expression, a column, a file, a state of another import.</summary>
internal sealed class ImportUseException(string message, Exception? inner = null) : Exception(message, inner);
