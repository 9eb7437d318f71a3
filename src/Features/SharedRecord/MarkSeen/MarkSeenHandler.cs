using MediatR;
using Npgsql;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.SharedRecord;

internal sealed class MarkSeenHandler(NpgsqlDataSource database, RecordDoor door, ICustomerEvents events, TimeProvider clock)
    : IRequestHandler<MarkSeen, Outcome<RecordSeen>>
{
    private const string Landing = "landing";

    public async Task<Outcome<RecordSeen>> Handle(MarkSeen request, CancellationToken ct)
    {
        if (!(await door.OpenAsync(request.Visitor, request.Handle, tellsRevoked: false, ct)).Accepted(out var open, out var refusal)) return refusal;

        // Behind a gate nothing of the record was seen.
        if (open.Tier == RecordTier.None) return new RecordSeen();

        var (now, customer, visit) = (clock.GetUtcNow(), open.Reached.Customer, open.VisitOf(request.Visitor));
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var view = await SharedRecords.CountViewAsync(connection, visit.ToRow(), now, ct);
        if (view.IsLogged) await AccessLog.AddAsync(connection, visit.ToRow(), AccessKinds.Viewed, now, ct);
        if (view.IsTelling)
        {
            var news = new SharedRecordViewed(customer.CustomerId, customer.Reference, customer.Ledger.VendorAccountId, open.Host, visit.Tier, Landing, now);
            await events.TellAsync(connection, customer.Ledger, news, now, ct);
        }

        await transaction.CommitAsync(ct);
        return new RecordSeen();
    }
}
