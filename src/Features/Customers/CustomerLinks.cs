using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Customers;

/// <summary>A customer's active Shared Record link, as the vendor may print it.</summary>
/// <param name="AccessCode">Null under policy OPEN.</param>
internal sealed record CustomerLink(string Url, string Host, string? AccessCode)
{
    /// <summary>Never the link or its code: this may reach a log.</summary>
    public override string ToString() => nameof(CustomerLink);
}

/// <summary>The one question that checkpoints and receipts ask about links: the customer's active one, or null; what is printed then
/// falls back to the receipt itself.</summary>
internal delegate ValueTask<CustomerLink?> FindActiveLink(CustomerRow customer, CancellationToken ct);

/// <summary>The same for a list, in one look: by the customer's place, without those that have none.</summary>
internal delegate ValueTask<IReadOnlyDictionary<(int LedgerNo, int CustomerNo), CustomerLink>> FindActiveLinks(IReadOnlyCollection<CustomerRow> customers, CancellationToken ct);
