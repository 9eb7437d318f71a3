using Npgsql;
using PacSpace.Infrastructure.Ingest;

namespace PacSpace.Features.SharedRecord;

/// <summary>For as long as an installation has nobody who could listen: there are no webhook endpoints yet.</summary>
internal sealed class UntoldCustomerEvents : ICustomerEvents
{
    public Task TellAsync(NpgsqlConnection transaction, LedgerRef ledger, CustomerEvent news, DateTimeOffset at, CancellationToken ct) => Task.CompletedTask;
}
