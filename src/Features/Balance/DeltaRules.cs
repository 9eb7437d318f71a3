using PacSpace.Evidence;

namespace PacSpace.Features.Balance;

/// <summary>The shape of a delta (api-balance 1.7, 1.8, 3.1), asked alike of a single delta and of each item of a group.</summary>
internal static class DeltaRules
{
    public const int MaxReasonLength = 500;
    public const int MaxReferenceIdLength = 256;
    public const int MaxMetadataBytes = 16 * 1024;

    /// <summary>The first thing that is wrong, in the order of the documented fields, or null.</summary>
    public static FieldProblem? Check(NewDelta delta)
    {
        if (delta.Problem is { } unreadable) return unreadable;
        if (CustomerIds.Check(delta.CustomerId) is { } customerProblem) return new("customerId", customerProblem);
        if (delta.Delta is not { } value) return new("delta", "is required");
        if (value == 0) return new("delta", "must not be zero");
        if (!Amount.TryFromDecimal(value, out var amount) || !amount.IsDelta) return new("delta", "must lie between -1000000000 and 1000000000, with at most 9 fractional digits");
        if (delta.Reason is null) return new("reason", "is required");
        if (Text(delta.Reason, MaxReasonLength) is { } reasonProblem) return new("reason", reasonProblem);
        if (string.IsNullOrWhiteSpace(delta.Reason)) return new("reason", "must not be only white space");
        if (delta.ReferenceId is { } reference && Text(reference, MaxReferenceIdLength) is { } referenceProblem) return new("referenceId", referenceProblem);
        if (delta.Metadata?.Length > MaxMetadataBytes) return new("metadata", "must be at most 16384 bytes as sent");
        if (delta.Adjusts is { } adjusts)
        {
            if (adjusts.RecordId is null == adjusts.ReferenceId is null) return new("adjusts", "must have exactly one of recordId and referenceId");
            if (adjusts.ReferenceId is { } adjusted && Text(adjusted, MaxReferenceIdLength) is { } adjustedProblem) return new("adjusts.referenceId", adjustedProblem);
        }

        return null;
    }

    /// <summary>Lengths count Unicode scalar values; the reader has refused unpaired surrogates and U+0000.</summary>
    private static string? Text(string text, int maxLength)
    {
        if (text.Length == 0) return "must not be empty";
        if (text.Length <= maxLength) return null;
        var scalars = 0;
        foreach (var _ in text.EnumerateRunes()) scalars++;
        return scalars <= maxLength ? null : $"must be at most {maxLength} characters";
    }
}

/// <summary>Customer ids: <c>^[A-Za-z0-9_.:-]{1,128}$</c> without the words that cannot stand in a path (api-balance 1.7).</summary>
internal static class CustomerIds
{
    private static readonly System.Buffers.SearchValues<char> s_allowed =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-");

    /// <summary>What is wrong, or null.</summary>
    public static string? Check(string? customerId) => customerId switch
    {
        null => "is required",
        { Length: < 1 or > 128 } => "must have 1 to 128 characters",
        "." or ".." or "summary" or "batch-checkpoints" => "is a reserved word",
        _ when customerId.AsSpan().ContainsAnyExcept(s_allowed) => "may have letters, digits and _ . : - only",
        _ => null,
    };
}
