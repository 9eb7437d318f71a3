namespace PacSpace.Features.Pipeline;

/// <summary>Where the outside world finds this installation: every URL in an answer is made here.</summary>
/// <param name="Root">Scheme and host, without a path: <c>https://app.example.com</c>.</param>
public sealed record PublicAddress(Uri Root)
{
    private readonly string _root = Root.GetLeftPart(UriPartial.Authority);

    /// <summary>Host, and the port when it is not the scheme's own.</summary>
    public string Host => Root.Authority;

    /// <summary>Whether a Host header names this installation itself. One that is known by a loopback address is tried out on one
    /// machine, and answers to every name that the machine has for itself.</summary>
    public bool IsDefaultHost(string host) =>
        string.Equals(host, Host, StringComparison.OrdinalIgnoreCase)
        || (Root.IsLoopback && Uri.TryCreate("http://" + host, UriKind.Absolute, out var asked) && asked.IsLoopback);

    /// <summary>A customer's page.</summary>
    /// <param name="hostname">The branded host that the link is on; null for the default host.</param>
    public string SharedRecord(string? hostname, string handle) => hostname is null ? $"{_root}/c/{handle}" : $"https://{hostname}/c/{handle}";

    /// <summary>Where a machine checks a root or a checkpoint id.</summary>
    public string VerificationApiUrl(string rootOrId) => $"{_root}/api/v1/verify/{rootOrId}";

    /// <summary>Where a person looks at a root.</summary>
    public string VerificationPage(string rootOrId) => $"{_root}/verify/{rootOrId}";

    public string ReceiptPage(string receiptId) => $"{_root}/receipt/{receiptId}";

    public string ReceiptJson(string receiptId) => $"{_root}/api/v1/receipt/{receiptId}";

    public string ReceiptPdf(string receiptId) => $"{_root}/api/v1/receipt/{receiptId}.pdf";

    public string ReceiptBundle(string receiptId) => $"{_root}/api/v1/balance/receipts/{receiptId}/bundle";

    /// <summary>The origin that a log gets here when it is made, which is before its first record is sealed.</summary>
    public string LogOrigin(string environment) => $"{Host}/log/{environment}";

    public string Log(string environment) => $"{_root}/log/{environment}";
}
