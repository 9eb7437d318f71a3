namespace PacSpace.Features.Customers;

/// <summary>Where a page stands in its list (api-balance 1.10).</summary>
public sealed record Pagination(int Page, int Limit, long Total, long TotalPages)
{
    public static Pagination Of(int page, int limit, long total) => new(page, limit, total, (total + limit - 1) / limit);
}
