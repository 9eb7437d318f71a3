using PacSpace.Features.Pipeline;
using PacSpace.Features.Receipts;

namespace PacSpace.Features.Documents;

internal sealed class GetReceiptPdfValidator : RequestValidator<GetReceiptPdf>
{
    public GetReceiptPdfValidator()
    {
        RuleFor(r => r.Locale).Locale();
        RuleFor(r => r.Timezone).Timezone();
    }
}
