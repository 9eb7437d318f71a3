namespace PacSpace.Evidence;

/// <summary>Writes the members of a statement, in the order of the calls, into a span that is large enough.</summary>
/// <remarks>The caller names members in ascending order of their bytes; the golden files hold it to that.</remarks>
internal ref struct StatementWriter(Span<byte> to)
{
    private readonly Span<byte> _to = to;
    private int _at;

    /// <summary>Room that any statement's names and values other than texts need.</summary>
    public const int FixedBytes = 1024;

    public static int RoomFor(int textChars) => FixedBytes + textChars * StatementText.MaxBytesPerChar;

    public void Text(ReadOnlySpan<byte> name, string value)
    {
        if (value.Length == 0) throw new ArgumentException("A text of a statement is absent or not empty.", nameof(value));
        Begin(name);
        _at += StatementText.Write(value, _to[_at..]);
        End();
    }

    public void Optional(ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null) Text(name, value);
    }

    public void Literal(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Begin(name);
        Put(value);
        End();
    }

    public void Hash(ReadOnlySpan<byte> name, in Hash value)
    {
        Begin(name);
        LowerHex.Encode(value.Bytes, _to.Slice(_at, 2 * Evidence.Hash.Size));
        _at += 2 * Evidence.Hash.Size;
        End();
    }

    public void Amount(ReadOnlySpan<byte> name, Amount value)
    {
        if (!value.FitsBalance) throw new ArgumentException("An amount of a statement has at most 18 digits before the point.", nameof(value));
        Begin(name);
        value.TryFormat(_to[_at..], out var written);
        _at += written;
        End();
    }

    public void Count(ReadOnlySpan<byte> name, long value)
    {
        Begin(name);
        _at += Evidence.Count.Write(value, _to[_at..]);
        End();
    }

    public void Time(ReadOnlySpan<byte> name, Timestamp value)
    {
        Begin(name);
        value.TryFormat(_to[_at..]);
        _at += Timestamp.Length;
        End();
    }

    public int Close()
    {
        Put("}"u8);
        return _at;
    }

    private void Begin(ReadOnlySpan<byte> name)
    {
        Put(_at == 0 ? "{\""u8 : ",\""u8);
        Put(name);
        Put("\":\""u8);
    }

    private void End() => Put("\""u8);

    private void Put(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_to[_at..]);
        _at += bytes.Length;
    }
}
