using System.Text.Json;

namespace PacSpace.Features.Import;

/// <summary>How far an import has come: a small file beside the input, replaced as a whole after every chunk.</summary>
/// <remarks>
/// The chunk's answer comes first, then its refused rows, then this file. Whoever dies in between sends the chunk again under
/// the same key and is told the same again, so a state that is a step behind costs one request and doubles nothing.
/// </remarks>
internal sealed record ImportState
{
    public const string Version = "pacspace/import-state/1";

    public string Format { get; init; } = Version;

    /// <summary>See <see cref="ImportSettings.Listed"/>.</summary>
    public required Dictionary<string, string> Settings { get; init; }

    public long ChunksDone { get; init; }

    public long Rows { get; init; }

    public long Recorded { get; init; }

    /// <summary>Rows that had been recorded before, by this import or another.</summary>
    public long Replayed { get; init; }

    public long Refused { get; init; }

    /// <summary>Bytes of the file of refused rows that belong to the chunks done.</summary>
    public long RefusedBytes { get; init; }

    public bool IsFinished { get; init; }

    public static ImportState Begin(ImportSettings settings) => new() { Settings = new(settings.Listed) };

    /// <summary>The state that was kept, or a new one.</summary>
    /// <exception cref="ImportUseException">What was kept is of an import with other settings, or is no state.</exception>
    public static ImportState Load(string path, ImportSettings settings)
    {
        if (!File.Exists(path)) return Begin(settings);
        ImportState? kept;
        try
        {
            kept = JsonSerializer.Deserialize<ImportState>(File.ReadAllBytes(path), s_json);
        }
        catch (JsonException fault)
        {
            throw new ImportUseException($"{path} cannot be read as the state of an import; it was left as it is.", fault);
        }

        if (kept is not { Format: Version }) throw new ImportUseException($"{path} is not the state of an import that this version knows.");
        var other = settings.Listed.Where(s => kept.Settings.GetValueOrDefault(s.Key) != s.Value).Select(s => s.Key).ToArray();
        return other.Length == 0
            ? kept
            : throw new ImportUseException(
                $"{path} belongs to an import of this file with another {string.Join(", ", other)}, {kept.Rows} rows of which are done. " +
                "Go on with the same options, or name another --state to begin anew.");
    }

    /// <summary>Durable, and at any moment either the state before or this one.</summary>
    public void Save(string path)
    {
        var next = path + ".next";
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(file, this, s_json);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }

    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };
}
