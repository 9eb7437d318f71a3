using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Receipts;

internal sealed class GetPublicReceiptValidator : RequestValidator<GetPublicReceipt>
{
    public GetPublicReceiptValidator()
    {
        RuleFor(r => r.Locale).Locale();
        RuleFor(r => r.Timezone).Timezone();
    }
}
