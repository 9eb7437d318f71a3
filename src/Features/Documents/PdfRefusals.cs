using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Documents;

internal static class PdfRefusals
{
    private const int RetryAfterSeconds = 10;

    /// <summary>503 with <c>Retry-After</c>: the renderer is missing, busy or has failed, and everything else goes on.</summary>
    public static Refusal NotNow() => Refusal.TryLater("The PDF could not be made now", RetryAfterSeconds);
}
