using System.Buffers.Binary;
using System.Text;
using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>One tuple of PostgreSQL's binary COPY format, read field by field.</summary>
/// <remarks>
/// PostgreSQL 15 documentation, COPY, "Binary Format": an int16 with the number of fields, then each as an int32 length (-1:
/// null) and its bytes. Numeric as in <c>numeric_send</c>: ndigits, weight, sign, dscale, then base-10000 digits.
/// A value that cannot be a record's is read as nothing and noted in <see cref="IsDamaged"/>; the fields behind it are read on.
/// </remarks>
internal ref struct CopyOutRow(ReadOnlySpan<byte> bytes)
{
    public const int HeaderBytes = 19;

    private const int NumericNegative = 0x4000;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at = sizeof(short);

    /// <summary>A field held what no record has.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>The signature; no flags and no header extension follow it, that is, zeros.</summary>
    public static ReadOnlySpan<byte> Signature => [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xFF, (byte)'\r', (byte)'\n', 0];

    /// <summary>Length of the tuple at the start of the bytes; 0 when they end inside it, -1 at the end of the data.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < sizeof(short)) return 0;
        var fields = BinaryPrimitives.ReadInt16BigEndian(bytes);
        if (fields < 0) return -1;
        var at = sizeof(short);
        for (; fields > 0; fields--)
        {
            if (bytes.Length < at + sizeof(int)) return 0;
            at += sizeof(int) + Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(bytes[at..]));
        }

        return at <= bytes.Length ? at : 0;
    }

    public bool TryField(out ReadOnlySpan<byte> value)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(_bytes[_at..]);
        _at += sizeof(int);
        value = length < 0 ? default : _bytes.Slice(_at, length);
        _at += Math.Max(0, length);
        return length >= 0;
    }

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Field());

    public long Int64() => BinaryPrimitives.ReadInt64BigEndian(Field());

    public long? OptionalInt64() => TryField(out var value) ? BinaryPrimitives.ReadInt64BigEndian(value) : null;

    public int? OptionalInt16() => TryField(out var value) ? BinaryPrimitives.ReadInt16BigEndian(value) : null;

    public Timestamp Time()
    {
        var microseconds = Int64();
        if (PostgresTime.IsOfRecord(microseconds)) return PostgresTime.ToTimestamp(microseconds);
        IsDamaged = true;
        return default;
    }

    /// <summary>The hash, or null when the column holds none; that is not noted, since what it should be can be computed.</summary>
    public Hash? HashOrNull() => TryField(out var value) && value.Length == Hash.Size ? Hash.FromBytes(value) : null;

    public Hash? OptionalHash()
    {
        if (!TryField(out var value)) return null;
        if (value.Length == Hash.Size) return Hash.FromBytes(value);
        IsDamaged = true;
        return null;
    }

    public Salt? OptionalSalt()
    {
        if (!TryField(out var value)) return null;
        if (value.Length == Salt.Size) return Salt.FromBytes(value);
        IsDamaged = true;
        return null;
    }

    /// <param name="pool">Null for texts that are not likely to come again.</param>
    public string? OptionalText(TextPool? pool)
    {
        if (!TryField(out var value)) return null;
        try
        {
            return pool is null ? Strict.GetString(value) : pool.Get(value);
        }
        catch (DecoderFallbackException)
        {
            IsDamaged = true;
            return null;
        }
    }

    public Amount Amount()
    {
        if (TryField(out var field) && TryNumber(field, out var number) && Evidence.Amount.TryFromDecimal(number, out var amount)) return amount;
        IsDamaged = true;
        return default;
    }

    private static bool TryNumber(ReadOnlySpan<byte> field, out decimal number)
    {
        number = 0;
        var digitCount = BinaryPrimitives.ReadInt16BigEndian(field);
        var weight = BinaryPrimitives.ReadInt16BigEndian(field[2..]);
        var sign = BinaryPrimitives.ReadUInt16BigEndian(field[4..]);

        // NaN and the infinities are signs too. Six groups before the point and three behind it hold more than any amount.
        if (sign is not (0 or NumericNegative) || weight > 5 || digitCount - weight - 1 > 3) return false;

        // The digits as one whole number, then the point moved to its place.
        Int128 whole = 0;
        for (var i = 0; i < digitCount; i++) whole = whole * 10_000 + BinaryPrimitives.ReadUInt16BigEndian(field[(8 + i * 2)..]);
        var scale = (digitCount - weight - 1) * 4;
        for (; scale < 0; scale += 4) whole *= 10_000;
        if (whole > (Int128)decimal.MaxValue) return false;
        unchecked
        {
            // The three parts are bits here, not numbers.
            number = new decimal((int)whole, (int)(whole >> 32), (int)(whole >> 64), sign == NumericNegative, (byte)scale);
        }

        return true;
    }

    private ReadOnlySpan<byte> Field() => TryField(out var value) ? value : throw new InvalidOperationException("A column that is never null is null.");

    /// <summary>Texts that come again and again (reasons, units) as one string each.</summary>
    internal sealed class TextPool
    {
        private const int MaxPooledBytes = 64;
        private readonly (byte[] Utf8, string Text)[] _texts = new (byte[], string)[512];

        /// <exception cref="DecoderFallbackException">The bytes are not UTF-8.</exception>
        public string Get(ReadOnlySpan<byte> utf8)
        {
            if (utf8.Length > MaxPooledBytes) return Strict.GetString(utf8);
            var hash = new HashCode();
            hash.AddBytes(utf8);
            ref var slot = ref _texts[unchecked((uint)hash.ToHashCode()) % (uint)_texts.Length];
            if (slot.Utf8 is null || !utf8.SequenceEqual(slot.Utf8)) slot = (utf8.ToArray(), Strict.GetString(utf8));
            return slot.Text;
        }
    }
}

/// <summary>PostgreSQL's timestamptz on the wire: microseconds since 2000-01-01.</summary>
internal static class PostgresTime
{
    private const long EpochMicroseconds = 946_684_800_000_000; // 2000-01-01 in microseconds since 1970
    private const long MaxMicroseconds = 7_900L * 366 * 24 * 3_600 * 1_000_000;

    /// <summary>False for an infinite time and for one that no clock of ours can have given.</summary>
    public static bool IsOfRecord(long microseconds) => microseconds is > -EpochMicroseconds and < MaxMicroseconds;

    public static Timestamp ToTimestamp(long microseconds) => Timestamp.FromMicroseconds(microseconds + EpochMicroseconds);
}
