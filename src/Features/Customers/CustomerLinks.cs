using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Customers;

/// <summary>A customer's active Shared Record link, as the vendor may print it.</summary>
/// <param name="AccessCode">Null under policy OPEN.</param>
internal sealed record CustomerLink(string Url, string Host, string? AccessCode);

/// <summary>The one question that checkpoints and receipts ask about links: the customer's active one, or null. There are no
/// links yet, so the answer that is registered is null, and what is printed falls back to the receipt itself.</summary>
internal delegate ValueTask<CustomerLink?> FindActiveLink(CustomerRow customer, CancellationToken ct);
