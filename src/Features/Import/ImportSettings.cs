namespace PacSpace.Features.Import;

/// <summary>Everything that decides which bytes an import sends and where to. Two runs with equal settings over one file
/// send the same chunks under the same keys.</summary>
/// <param name="Url">Address of the installation, without a path.</param>
/// <param name="KeyId">Public half of the API key.</param>
/// <param name="FileDigest">SHA-256 of the file in hex.</param>
/// <param name="Customer">Column, template or number expression.</param>
/// <param name="Delta">Number expression.</param>
/// <param name="Reason">Column, template or fixed words.</param>
/// <param name="Reference">As <paramref name="Customer"/>; null: the file's digest and the line; <see cref="NoReference"/>: none.</param>
/// <param name="Metadata">Columns.</param>
/// <param name="Delimiter">Between fields.</param>
/// <param name="VendorAccountId">Under billing middleware.</param>
internal sealed record ImportSettings(
    string Url, string KeyId, string FileDigest, string Customer, string Delta, string Reason, string? Reference,
    IReadOnlyList<string> Metadata, string Delimiter, string? VendorAccountId)
{
    public const string NoReference = "none";

    /// <summary>Name and value of every setting, in one fixed order: what the state file keeps and what keys are made from.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Listed =>
    [
        new("url", Url),
        new("key", KeyId),
        new("file", FileDigest),
        new("customer", Customer),
        new("delta", Delta),
        new("reason", Reason),
        new("reference", Reference ?? ""),
        new("metadata", string.Join(',', Metadata)),
        new("delimiter", Delimiter),
        new("vendorAccountId", VendorAccountId ?? ""),
    ];
}
