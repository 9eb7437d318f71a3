using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Receipts;

/// <summary>What a request may choose of a receipt's lines (api-balance 4.6).</summary>
internal static class ReceiptRules
{
    public static IRuleBuilderOptions<T, string> Locale<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(tag => ReceiptLines.TryLocale(tag, out _)).WithMessage("must be a known BCP 47 locale");

    public static IRuleBuilderOptions<T, string> Timezone<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(name => ReceiptLines.TryZone(name, out _)).WithMessage("must be the IANA name of a time zone");

    public static IRuleBuilderOptions<T, string?> UnitLabel<T>(this IRuleBuilder<T, string?> rule) => rule.Characters(1, 32)
        .Must(unit => unit is null || !BannedWords.IsIn(unit)).WithMessage("must not hold a word that is banned on customer pages");
}
