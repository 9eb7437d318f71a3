using MediatR;
using PacSpace.Evidence;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Receipts;

internal sealed class PreviewReceiptHandler(
    VendorAccounts vendorAccounts, WindowPreview preview, LogReader log, PublicAddress address, TimeProvider clock)
    : IRequestHandler<PreviewReceipt, Outcome<ReceiptPreview>>
{
    public async Task<Outcome<ReceiptPreview>> Handle(PreviewReceipt request, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        Scopes.Resolve(request.Scope, now).Accepted(out var scope, out var refusedScope);
        var asked = await vendorAccounts.CustomerToReadAsync(request.Caller, request.CustomerId, request.VendorAccountId, ct, refusedScope);
        if (!asked.Accepted(out var customer, out var refusal)) return refusal;
        if (await preview.ReadAsync(customer, scope!.Window, Timestamp.FromDateTimeOffset(now), request.Unit, ct) is not { } window)
            return Refusal.Validation("startDate", "must not lie in the future");

        ReceiptLines.TryLocale(request.Locale, out var locale);
        ReceiptLines.TryZone(request.Timezone, out var zone);
        return new ReceiptPreview(window.Facts)
        {
            PendingCount = window.PendingCount,
            FailedCount = window.FailedCount,
            CustomerId = customer.CustomerId,
            CustomerDisplayName = request.CustomerDisplayName ? customer.DisplayName : null,
            VendorAccountId = customer.Ledger.VendorAccountId,
            Verification = new PreviewVerification(await log.OriginAsync(customer.Ledger.Environment, ct) ?? address.LogOrigin(customer.Ledger.Environment)),
            Display = ReceiptLines.OfPreview(window.Facts, locale, zone),
        };
    }
}
