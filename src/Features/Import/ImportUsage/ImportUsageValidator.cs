using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Import;

internal sealed class ImportUsageValidator : RequestValidator<ImportUsage>
{
    private const int MaxPatienceSeconds = 7 * 24 * 3600;

    public ImportUsageValidator()
    {
        RuleFor(r => r.File).NotEmpty().WithMessage("is required");
        RuleFor(r => r.Url).Must(IsInstallation).WithMessage("must be the http or https address of an installation");
        RuleFor(r => r.Key).Must(key => key.StartsWith("pk_", StringComparison.Ordinal) && key.Contains('.', StringComparison.Ordinal))
            .WithMessage("must be an API key, pk_live_… or pk_test_…");
        RuleFor(r => r.Customer).NotEmpty().WithMessage("is required");
        RuleFor(r => r.Delta).NotEmpty().WithMessage("is required");
        RuleFor(r => r.Reason).NotEmpty().WithMessage("is required");
        RuleFor(r => r.VendorAccountId).VendorAccountId();
        RuleFor(r => r.Delimiter).Must(text => text is null || text.Length == 1).WithMessage("must be one character");
        RuleFor(r => r.PatienceSeconds).InclusiveBetween(1, MaxPatienceSeconds).WithMessage($"must be 1 to {MaxPatienceSeconds}");
    }

    private static bool IsInstallation(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) && address.PathAndQuery == "/";
}
