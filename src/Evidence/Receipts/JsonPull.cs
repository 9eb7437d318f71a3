using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace PacSpace.Evidence;

/// <summary>A file is not of its format. Thrown and caught within Evidence; becomes the code <c>format</c>.</summary>
internal sealed class NotOfFormatException(string sentence) : Exception(sentence);

/// <summary>Pulls the tokens of one JSON text (RFC 8259) out of a byte source, in a fixed amount of memory.</summary>
/// <remarks>
/// Our files hold objects, lists and strings and nothing else, so numbers, <c>true</c> and <c>null</c> are not of the format.
/// Strings must be valid UTF-8 and pairs of <c>\u</c> surrogates complete; a byte order mark is not JSON.
/// </remarks>
internal sealed class JsonPull(IByteSource source)
{
    /// <summary>The longest string that is read, in bytes of UTF-8: more than any statement, metadata or signed note has.</summary>
    public const int MaxStringBytes = 1 << 20;

    private static readonly SearchValues<byte> NotPlain = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(c => (byte)c), (byte)'"', (byte)'\\']);

    private readonly byte[] _buffer = new byte[1 << 16];
    private int _at, _end;
    private byte[] _text = new byte[1 << 12];
    private int _textLength;

    public static NotOfFormatException Bad(string sentence) => new(sentence);

    public void Expect(char token)
    {
        if (!TryTake(token)) throw Bad($"'{token}' was expected.");
    }

    public bool TryTake(char token)
    {
        if (Peek() != token) return false;
        _at++;
        return true;
    }

    public void ExpectEnd()
    {
        if (Peek() >= 0) throw Bad("Something follows the end of the file's object.");
    }

    /// <summary>The next string, unescaped; valid until the next call.</summary>
    public ReadOnlySpan<byte> String()
    {
        Expect('"');
        _textLength = 0;
        while (true)
        {
            if (_at == _end && !Fill()) throw Bad("The file ends within a string.");
            var rest = _buffer.AsSpan(_at, _end - _at);
            var stop = rest.IndexOfAny(NotPlain);
            Append(stop < 0 ? rest : rest[..stop]);
            _at += stop < 0 ? rest.Length : stop + 1;
            if (stop < 0) continue;
            if (rest[stop] == '"') break;
            if (rest[stop] != '\\') throw Bad("A string holds a control character.");
            Escape();
        }
        var text = _text.AsSpan(0, _textLength);
        return Utf8.IsValid(text) ? text : throw Bad("A string is not UTF-8.");
    }

    /// <summary>Passes over a value without judging it; a later reading does.</summary>
    public void Skip()
    {
        var depth = 0;
        do
        {
            var token = Peek();
            if (token < 0) throw Bad("The file ends too early.");
            if (token == '"')
            {
                String();
                continue;
            }
            if (token is '{' or '[') depth++;
            if (token is '}' or ']') depth--;
            _at++;
        }
        while (depth > 0);
    }

    private void Escape()
    {
        var c = (char)NextByte();
        if (c != 'u')
        {
            Append(c switch
            {
                '"' or '\\' or '/' => [(byte)c],
                'b' => "\b"u8,
                'f' => "\f"u8,
                'n' => "\n"u8,
                'r' => "\r"u8,
                't' => "\t"u8,
                _ => throw Bad("A string holds an unknown escape."),
            });
            return;
        }
        var unit = Unit();
        if (!char.IsSurrogate(unit))
        {
            Append(new Rune(unit));
            return;
        }
        if (NextByte() != '\\' || NextByte() != 'u' || !Rune.TryCreate(unit, Unit(), out var rune))
            throw Bad("A string holds half a surrogate pair.");
        Append(rune);
    }

    private char Unit()
    {
        var unit = 0;
        for (var i = 0; i < 4; i++)
        {
            var digit = (char)NextByte();
            if (!char.IsAsciiHexDigit(digit)) throw Bad("A string holds an unknown escape.");
            unit = unit << 4 | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }
        return (char)unit;
    }

    private void Append(Rune rune)
    {
        Span<byte> utf8 = stackalloc byte[4];
        Append(utf8[..rune.EncodeToUtf8(utf8)]);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_textLength + bytes.Length > MaxStringBytes) throw Bad("A string is longer than 1 MiB.");
        if (_textLength + bytes.Length > _text.Length) Array.Resize(ref _text, Math.Max(2 * _text.Length, _textLength + bytes.Length));
        bytes.CopyTo(_text.AsSpan(_textLength));
        _textLength += bytes.Length;
    }

    private byte NextByte() => _at < _end || Fill() ? _buffer[_at++] : throw Bad("The file ends within a string.");

    private int Peek()
    {
        while (_at < _end || Fill())
        {
            if (_buffer[_at] is not ((byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')) return _buffer[_at];
            _at++;
        }
        return -1;
    }

    private bool Fill()
    {
        (_at, _end) = (0, source.Read(_buffer));
        return _end > 0;
    }
}
