using System.Text;

namespace PacSpace.Evidence;

/// <summary>Reads the members of a statement in their one canonical order.</summary>
/// <remarks>
/// The members are known and sorted, so a statement is read from left to right without looking back; an unknown, missing,
/// repeated or misplaced member stops it. What was read is written again and compared by the caller, so this reader may be
/// generous with escapes and with bytes that are not UTF-8: neither survives that. After the first failure every answer is a default and
/// <see cref="Close"/> is false.
/// </remarks>
internal ref struct StatementReader(ReadOnlySpan<byte> utf8)
{
    private ReadOnlySpan<byte> _rest = utf8;
    private bool _failed;
    private bool _first = true;

    public string Text(ReadOnlySpan<byte> name) => Take(name, out var raw) ? Unescape(raw) : Fail("");

    public string? Optional(ReadOnlySpan<byte> name) => Next(name) ? Text(name) : null;

    public void Literal(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!Take(name, out var raw) || !raw.SequenceEqual(value)) _failed = true;
    }

    public ReadOnlySpan<byte> Raw(ReadOnlySpan<byte> name)
    {
        if (!Take(name, out var raw)) _failed = true;
        return raw;
    }

    public Hash Hash(ReadOnlySpan<byte> name) =>
        Take(name, out var raw) && Evidence.Hash.TryParseHex(raw, out var value) ? value : Fail(default(Hash));

    public Hash? OptionalHash(ReadOnlySpan<byte> name) => Next(name) ? Hash(name) : null;

    public Amount Amount(ReadOnlySpan<byte> name) =>
        Take(name, out var raw) && Evidence.Amount.TryParseCanonical(raw, out var value) ? value : Fail(default(Amount));

    public long Count(ReadOnlySpan<byte> name) =>
        Take(name, out var raw) && Evidence.Count.TryParse(raw, out var value) ? value : Fail(0L);

    public Timestamp Time(ReadOnlySpan<byte> name) =>
        Take(name, out var raw) && Timestamp.TryParse(raw, out var value) ? value : Fail(default(Timestamp));

    public readonly bool Close() => !_failed && _rest.SequenceEqual("}"u8);

    private T Fail<T>(T value)
    {
        _failed = true;
        return value;
    }

    /// <summary>Whether the next member has that name: <c>{"name":"</c> or <c>,"name":"</c>.</summary>
    private readonly bool Next(ReadOnlySpan<byte> name) =>
        !_failed
        && _rest.StartsWith(_first ? "{\""u8 : ",\""u8)
        && _rest[2..].StartsWith(name)
        && _rest[(2 + name.Length)..].StartsWith("\":\""u8);

    private bool Take(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> raw)
    {
        raw = default;
        if (!Next(name)) return false;
        var value = _rest[(name.Length + 5)..];
        for (var at = 0; ; at++)
        {
            var stop = value[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (stop < 0) return false;
            at += stop;
            if (value[at] == '"')
            {
                raw = value[..at];
                _rest = value[(at + 1)..];
                _first = false;
                return raw.Length > 0;
            }
            if (++at == value.Length) return false;
        }
    }

    private string Unescape(ReadOnlySpan<byte> raw)
    {
        if (!raw.Contains((byte)'\\')) return Encoding.UTF8.GetString(raw);
        var text = new StringBuilder(raw.Length);
        while (raw.Length > 0)
        {
            var stop = raw.IndexOf((byte)'\\');
            text.Append(Encoding.UTF8.GetString(stop < 0 ? raw : raw[..stop]));
            if (stop < 0) break;
            raw = raw[stop..];
            var c = raw[1] switch
            {
                (byte)'"' or (byte)'\\' => (char)raw[1],
                (byte)'b' => '\b',
                (byte)'t' => '\t',
                (byte)'n' => '\n',
                (byte)'f' => '\f',
                (byte)'r' => '\r',
                (byte)'u' when raw.Length >= 6 && TryHex(raw[2..6], out var unit) => unit,
                _ => Fail('\0'),
            };
            if (_failed) return "";
            text.Append(c);
            raw = raw[(raw[1] == 'u' ? 6 : 2)..];
        }
        return text.ToString();
    }

    /// <summary>Only <c>\u00xx</c> can be canonical.</summary>
    private static bool TryHex(ReadOnlySpan<byte> digits, out char unit)
    {
        Span<byte> bytes = stackalloc byte[2];
        var good = LowerHex.TryDecode(digits, bytes) && bytes[0] == 0;
        unit = good ? (char)bytes[1] : default;
        return good;
    }
}
