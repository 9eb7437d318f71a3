using System.Globalization;

namespace PacSpace.Features.Endpoints;

/// <summary>Instants as api-balance 1.8 writes them: UTC with <c>Z</c>, three fractional digits, six when the microseconds
/// are not a whole millisecond.</summary>
internal static class WireTime
{
    public const int MaxBytes = 27;

    public static string Format(DateTimeOffset instant)
    {
        Span<byte> bytes = stackalloc byte[MaxBytes];
        return System.Text.Encoding.ASCII.GetString(bytes[..Write(instant, bytes)]);
    }

    /// <returns>The number of bytes written: 24 or 27.</returns>
    public static int Write(DateTimeOffset instant, Span<byte> destination)
    {
        var utc = instant.UtcDateTime;
        var isWhole = utc.Ticks % TimeSpan.TicksPerMillisecond < TimeSpan.TicksPerMicrosecond;
        utc.TryFormat(destination, out var written, isWhole ? "yyyy-MM-dd'T'HH:mm:ss.fff'Z'" : "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        return written;
    }
}
