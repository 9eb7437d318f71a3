using Microsoft.EntityFrameworkCore;

namespace PacSpace.Infrastructure.Persistence;

/// <summary>The ordinary tables. Records, blocks and the log are read and written by hand-made statements of their own.</summary>
/// <remarks>The schema is that of the migrations; the mapping follows it and never makes one. Rows that belong to a tenant
/// are found through the caller (<c>db.CustomersOf(caller)</c>), so there is no later check to forget.</remarks>
public sealed class PacSpaceDb(DbContextOptions<PacSpaceDb> options) : DbContext(options)
{
    public DbSet<Tenant> Tenants => Set<Tenant>();

    public DbSet<TenantEnvironment> TenantEnvironments => Set<TenantEnvironment>();

    public DbSet<VendorAccount> VendorAccounts => Set<VendorAccount>();

    public DbSet<TenantDomain> TenantDomains => Set<TenantDomain>();

    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    public DbSet<Ledger> Ledgers => Set<Ledger>();

    public DbSet<Customer> Customers => Set<Customer>();

    public DbSet<Checkpoint> Checkpoints => Set<Checkpoint>();

    public DbSet<CheckpointRun> CheckpointRuns => Set<CheckpointRun>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(PacSpaceDb).Assembly);
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties()) property.SetColumnName(SnakeCase.Of(property.Name));
        }
    }
}
