using System.Diagnostics.CodeAnalysis;

namespace PacSpace.Features.Pipeline;

/// <summary>What came of a request: a value, or a refusal. Faults and bugs are exceptions and never stand here.</summary>
public sealed class Outcome<T> : IOutcome<Outcome<T>>
    where T : notnull
{
    private readonly T? _value;
    private readonly Refusal? _refusal;

    private Outcome(T? value, Refusal? refusal) => (_value, _refusal) = (value, refusal);

    /// <summary>The value and true, or the refusal and false.</summary>
    public bool Accepted([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Refusal? refusal)
    {
        (value, refusal) = (_value, _refusal);
        return refusal is null;
    }

    public static implicit operator Outcome<T>(T value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new Outcome<T>(value, null);
    }

    public static implicit operator Outcome<T>(Refusal refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return new Outcome<T>(default, refusal);
    }

    static Outcome<T> IOutcome<Outcome<T>>.Refused(Refusal refusal) => refusal;
}

/// <summary>Lets the pipeline refuse without knowing the value's type.</summary>
internal interface IOutcome<TSelf>
    where TSelf : IOutcome<TSelf>
{
    static abstract TSelf Refused(Refusal refusal);
}
