using Microsoft.Extensions.Configuration;

namespace PacSpace.Features.Pipeline;

/// <summary>Where this installation is reached, and the addresses that answers and documents carry.</summary>
/// <remarks>From the setting <c>PacSpace:PublicUrl</c>, never from a request's Host header, which anybody can choose. The
/// log's origins follow from it and stand in signed notes: it is chosen once for an installation.</remarks>
public sealed class PublicAddress
{
    public const string Setting = "PacSpace:PublicUrl";
    public const string Default = "http://localhost:5000";

    private readonly string _base;
    private readonly string _origin;

    public PublicAddress(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https") || parsed.PathAndQuery != "/" || parsed.Fragment.Length > 0)
            throw new ArgumentException($"{Setting} must be an http or https address without a path, not \"{url}\".", nameof(url));
        _base = parsed.GetLeftPart(UriPartial.Authority);
        _origin = parsed.Authority;
    }

    internal static PublicAddress Of(IConfiguration configuration) => new(configuration[Setting] ?? Default);

    /// <summary>Without a slash at its end.</summary>
    public string BaseUrl => _base;

    public string VerificationApiUrl(string root) => $"{_base}/api/v1/verify/{root}";

    public string VerificationExplorerUrl(string root) => $"{_base}/verify/{root}";

    /// <summary>The page of a receipt, also called its permalink.</summary>
    public string ReceiptUrl(string receiptId) => $"{_base}/receipt/{receiptId}";

    public string ReceiptApiUrl(string receiptId) => $"{_base}/api/v1/receipt/{receiptId}";

    public string ReceiptPdfUrl(string receiptId) => $"{_base}/api/v1/receipt/{receiptId}.pdf";

    public string BundleUrl(string receiptId) => $"{_base}/api/v1/balance/receipts/{receiptId}/bundle";

    public string LogUrl(string environment) => $"{_base}/log/{environment}";

    /// <summary>The origin line of the environment's log: the prefix of its files without the scheme.</summary>
    public string LogOrigin(string environment) => $"{_origin}/log/{environment}";
}
