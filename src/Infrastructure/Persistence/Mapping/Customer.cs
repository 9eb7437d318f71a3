using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PacSpace.Infrastructure.Persistence;

/// <summary>A customer of one ledger.</summary>
public sealed class Customer
{
    public required int LedgerNo { get; init; }

    public required int CustomerNo { get; init; }

    public required string CustomerId { get; init; }

    /// <summary>The label that new records get.</summary>
    public string? Unit { get; set; }

    /// <summary><c>records</c> or <c>manual</c>.</summary>
    public string Source { get; set; } = "records";

    public string? DisplayName { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public Ledger Ledger { get; init; } = null!;
}

internal sealed class CustomerMapping : IEntityTypeConfiguration<Customer>
{
    public void Configure(EntityTypeBuilder<Customer> builder)
    {
        builder.ToTable("customers").HasKey(customer => new { customer.LedgerNo, customer.CustomerNo });
        builder.HasOne(customer => customer.Ledger).WithMany().HasForeignKey(customer => customer.LedgerNo);
    }
}
