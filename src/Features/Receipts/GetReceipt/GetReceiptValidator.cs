using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Receipts;

internal sealed class GetReceiptValidator : RequestValidator<GetReceipt>
{
    public GetReceiptValidator()
    {
        RuleFor(r => r.Locale).Locale();
        RuleFor(r => r.Timezone).Timezone();
        RuleFor(r => r.Unit).UnitLabel();
    }
}
