using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Receipts;

internal sealed class PreviewReceiptValidator : RequestValidator<PreviewReceipt>
{
    public PreviewReceiptValidator()
    {
        RuleFor(r => r.CustomerId).CustomerId();
        RuleFor(r => r.Locale).Locale();
        RuleFor(r => r.Timezone).Timezone();
        RuleFor(r => r.Unit).UnitLabel();
    }
}
