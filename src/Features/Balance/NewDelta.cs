using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

/// <summary>One delta as a caller sent it: what could be read, and the first thing that could not.</summary>
/// <remarks>Exact by construction: <see cref="Delta"/> is the JSON number's value or, if that has more than nine fractional
/// digits or is out of every range, a <see cref="Problem"/>. Nothing is rounded or trimmed.</remarks>
public sealed record NewDelta
{
    public string? CustomerId { get; init; }
    public decimal? Delta { get; init; }
    public string? Reason { get; init; }
    public string? ReferenceId { get; init; }

    /// <summary>UTF-8 of the JSON object exactly as received.</summary>
    public byte[]? Metadata { get; init; }

    public Adjusts? Adjusts { get; init; }
    public string? VendorAccountId { get; init; }

    /// <summary>What made this delta unreadable: a wrong JSON type, a duplicate member, a number that is no amount.</summary>
    [NotOnTheWire]
    public FieldProblem? Problem { get; init; }
}

/// <summary>The record that a delta adjusts: exactly one of the two.</summary>
public sealed record Adjusts(string? RecordId, string? ReferenceId);

/// <summary>What is wrong with one field; reads as "{field} {message}".</summary>
public sealed record FieldProblem(string Field, string Message);
