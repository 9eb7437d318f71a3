using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Receipts;

internal sealed class GetReceiptValidator : RequestValidator<GetReceipt>
{
    public GetReceiptValidator()
    {
        RuleFor(r => r.Locale).Must(tag => ReceiptLines.TryLocale(tag, out _)).WithMessage("must be a known BCP 47 locale");
        RuleFor(r => r.Timezone).Must(name => ReceiptLines.TryZone(name, out _)).WithMessage("must be the IANA name of a time zone");
        RuleFor(r => r.Unit).Characters(1, 32)
            .Must(unit => unit is null || !BannedWords.IsIn(unit)).WithMessage("must not hold a word that is banned on customer pages");
    }
}
