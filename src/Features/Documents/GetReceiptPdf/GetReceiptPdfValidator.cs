using FluentValidation;
using PacSpace.Features.Pipeline;
using PacSpace.Features.Receipts;

namespace PacSpace.Features.Documents;

internal sealed class GetReceiptPdfValidator : RequestValidator<GetReceiptPdf>
{
    public GetReceiptPdfValidator()
    {
        RuleFor(r => r.Locale).Must(tag => ReceiptLines.TryLocale(tag, out _)).WithMessage("must be a known BCP 47 locale");
        RuleFor(r => r.Timezone).Must(name => ReceiptLines.TryZone(name, out _)).WithMessage("must be the IANA name of a time zone");
    }
}
