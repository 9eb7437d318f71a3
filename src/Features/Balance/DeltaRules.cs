using PacSpace.Evidence;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

/// <summary>The shape of a delta (api-balance 1.7, 1.8, 3.1), asked alike of a single delta and of each item of a group.</summary>
internal static class DeltaRules
{
    /// <summary>The first thing that is wrong, in the order of the documented fields, or null.</summary>
    public static FieldProblem? Check(NewDelta delta)
    {
        if (delta.Problem is { } unreadable) return unreadable;
        if (delta.CustomerId is null) return new("customerId", "is required");
        if (!WireRules.IsCustomerId(delta.CustomerId)) return new("customerId", "must be 1 to 128 of A-Z a-z 0-9 _ . : - and no reserved name");
        if (delta.Delta is not { } value) return new("delta", "is required");
        if (value == 0) return new("delta", "must not be zero");
        if (!Amount.TryFromDecimal(value, out var amount) || !amount.IsDelta) return new("delta", "must lie between -1000000000 and 1000000000, with at most 9 fractional digits");
        if (delta.Reason is null) return new("reason", "is required");
        if (Text(delta.Reason, WireRules.MaxReasonLength) is { } reasonProblem) return new("reason", reasonProblem);
        if (string.IsNullOrWhiteSpace(delta.Reason)) return new("reason", "must not be only white space");
        if (delta.ReferenceId is { } reference && Text(reference, WireRules.MaxReferenceIdLength) is { } referenceProblem) return new("referenceId", referenceProblem);
        if (delta.Metadata?.Length > WireRules.MaxMetadataBytes) return new("metadata", "must be at most 16384 bytes as sent");
        if (delta.Adjusts is { } adjusts)
        {
            if (adjusts.RecordId is null == adjusts.ReferenceId is null) return new("adjusts", "must have exactly one of recordId and referenceId");
            if (adjusts.ReferenceId is { } adjusted && Text(adjusted, WireRules.MaxReferenceIdLength) is { } adjustedProblem) return new("adjusts.referenceId", adjustedProblem);
        }

        return null;
    }

    /// <summary>The reader has refused unpaired surrogates and U+0000.</summary>
    private static string? Text(string text, int maxLength) =>
        text.Length > 0 && WireRules.Scalars(text) <= maxLength ? null : $"must have 1 to {maxLength} characters";
}
