using System.Text.RegularExpressions;
using FluentValidation;

namespace PacSpace.Features.Pipeline;

/// <summary>The identifiers and texts of the API (api-balance 1.7) as rules, said once. Null passes every rule but
/// <see cref="Required"/>; lengths count Unicode scalar values.</summary>
internal static partial class WireRules
{
    public const int MaxCustomerIdLength = 128;
    public const int MaxReasonLength = 500;
    public const int MaxReferenceIdLength = 256;
    public const int MaxMetadataBytes = 16 * 1024;

    public static IRuleBuilderOptions<T, TValue?> Required<T, TValue>(this IRuleBuilder<T, TValue?> rule) =>
        rule.Must(value => value is not null).WithMessage("is required");

    public static IRuleBuilderOptions<T, string?> CustomerId<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(id => id is null || CustomerIdForm().IsMatch(id)).WithMessage("must be 1 to 128 of A-Z a-z 0-9 _ . : -")
        .Must(id => id is not ("." or ".." or "summary" or "batch-checkpoints")).WithMessage("is a reserved name");

    public static IRuleBuilderOptions<T, string?> VendorAccountId<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(id => id is null || VendorAccountIdForm().IsMatch(id)).WithMessage("must be cmw_vendor_ and 1 to 64 of A-Z a-z 0-9");

    public static IRuleBuilderOptions<T, string?> Environment<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(Environments.Contains).WithMessage("must be sandbox or production");

    public static IRuleBuilderOptions<T, string?> Month<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(month => month is null || Evidence.Period.TryParse(month, out _)).WithMessage("must be a month as YYYY-MM");

    public static IRuleBuilderOptions<T, string?> NotBlank<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(text => text is null || !string.IsNullOrWhiteSpace(text)).WithMessage("must not be only white space");

    public static IRuleBuilderOptions<T, string?> Reason<T>(this IRuleBuilder<T, string?> rule) => rule.Characters(1, MaxReasonLength).NotBlank();

    public static IRuleBuilderOptions<T, string?> ReferenceId<T>(this IRuleBuilder<T, string?> rule) => rule.Characters(1, MaxReferenceIdLength);

    public static IRuleBuilderOptions<T, string?> Characters<T>(this IRuleBuilder<T, string?> rule, int min, int max) =>
        rule.Must(text => text is null || (Scalars(text) >= min && Scalars(text) <= max)).WithMessage($"must have {min} to {max} characters");

    public static bool IsCustomerId(string text) =>
        CustomerIdForm().IsMatch(text) && text is not ("." or ".." or "summary" or "batch-checkpoints");

    public static bool IsVendorAccountId(string text) => VendorAccountIdForm().IsMatch(text);

    public static int Scalars(string text)
    {
        var pairs = 0;
        foreach (var c in text) if (char.IsLowSurrogate(c)) pairs++;
        return text.Length - pairs;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_.:-]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex CustomerIdForm();

    [GeneratedRegex(@"\Acmw_vendor_[A-Za-z0-9]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex VendorAccountIdForm();
}
