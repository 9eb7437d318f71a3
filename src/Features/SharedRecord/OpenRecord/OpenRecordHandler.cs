using MediatR;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sharing;

namespace PacSpace.Features.SharedRecord;

internal sealed class OpenRecordHandler(RecordDoor door) : IRequestHandler<OpenRecord, Outcome<RecordOpened>>
{
    public async Task<Outcome<RecordOpened>> Handle(OpenRecord request, CancellationToken ct)
    {
        if (!(await door.OpenAsync(request.Visitor, request.Handle, request.TellsRevoked, ct)).Accepted(out var open, out var refusal)) return refusal;
        var (reached, customer) = (open.Reached, open.Reached.Customer);
        var (tenant, recordedBy) = Identities.Of(customer.Ledger, customer.VendorName);
        return new RecordOpened
        {
            Tier = open.Tier,
            Policy = open.Policy,
            CanClose = open is { HasSession: true, Policy: not SharingPolicies.Open },
            ShowsPoweredBy = !reached.SuppressesPoweredBy,
            Tenant = tenant,
            RecordedBy = recordedBy,
            Unit = customer.Unit ?? reached.TenantUnit,
            Caller = new Caller
            {
                TenantId = customer.Ledger.TenantId,
                TenantName = customer.VendorName,
                Environment = customer.Ledger.Environment,
                IsMiddleware = reached.IsMiddleware,
                Tier = reached.Tier,
                DefaultUnit = reached.TenantUnit,
                Customer = customer,
            },
            CustomerId = customer.CustomerId,
            VendorAccountId = customer.Ledger.VendorAccountId,
            Visit = open.VisitOf(request.Visitor),
        };
    }
}
