using System.Diagnostics.CodeAnalysis;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.SharedRecord;

/// <summary>The one spelling of a handle, for pages that redirect the others to it.</summary>
public static class HandleSpelling
{
    /// <summary>Made from the text alone, so that it tells nothing. False when the text can be no handle.</summary>
    public static bool TryCanonical(string text, [NotNullWhen(true)] out string? canonical) => RecordHandles.TryCanonical(text, out canonical);
}
