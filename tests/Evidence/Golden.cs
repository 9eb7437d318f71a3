using System.Text.Json;

namespace PacSpace.Evidence.Tests;

/// <summary>The golden files, which every implementation of the format passes.</summary>
internal static class Golden
{
    public static JsonElement Read(string name) =>
        JsonDocument.Parse(File.ReadAllBytes(System.IO.Path.Combine(AppContext.BaseDirectory, "Vectors", name))).RootElement;

    public static Hash Hash(JsonElement text) => Hash(text.GetString()!);

    public static Hash Hash(string text) =>
        Evidence.Hash.TryParseHex(text, out var hash) ? hash : throw new FormatException(text);

    public static Hash[] Path(JsonElement path) => [.. path.EnumerateArray().Select(Hash)];

    public static Salt Salt(JsonElement text) =>
        Evidence.Salt.TryParseHex(text.GetString(), out var salt) ? salt : throw new FormatException();

    public static Amount Amount(string text) =>
        Evidence.Amount.TryParseCanonical(text, out var amount) ? amount : throw new FormatException(text);

    public static Timestamp Time(string text) =>
        Timestamp.TryParse(text, out var instant) ? instant : throw new FormatException(text);

    /// <summary>The key that a golden file names.</summary>
    public static KeyRing Keys(JsonElement file) =>
        VerifierKey.TryParse(file.GetProperty("verifierKey").GetString()!, out var key) ? new(key) : throw new FormatException();
}
