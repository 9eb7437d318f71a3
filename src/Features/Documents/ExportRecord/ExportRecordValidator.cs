using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Documents;

internal sealed class ExportRecordValidator : RequestValidator<ExportRecord>
{
    public ExportRecordValidator()
    {
        RuleFor(r => r.CustomerId).CustomerId();
        RuleFor(r => r.VendorAccountId).VendorAccountId();
        RuleFor(r => r.Format).Must(format => format is "csv" or "json" or "pdf" or "bundle").WithMessage("must be csv, json, pdf or bundle");
    }
}
