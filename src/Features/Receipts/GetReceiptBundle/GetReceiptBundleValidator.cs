using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Receipts;

internal sealed class GetReceiptBundleValidator : RequestValidator<GetReceiptBundle>
{
    /// <remarks>An id of any other form is simply unknown (404).</remarks>
    public GetReceiptBundleValidator() => RuleFor(r => r.ReceiptId).NotNull();
}
