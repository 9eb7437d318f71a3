using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PacSpace.Features.Import;

/// <summary>Consecutive rows of the file that go out as one request.</summary>
/// <param name="Number">From 0. With the settings it gives the chunk's idempotency key.</param>
/// <param name="Rows">The rows that are sent, item by item.</param>
/// <param name="Body">The request's bytes; null when no row is sent.</param>
/// <param name="Refused">Rows that are not sent.</param>
/// <param name="Position">Bytes of the file taken so far, for the progress.</param>
internal sealed record DeltaChunk(
    long Number, string Key, IReadOnlyList<UsageRow> Rows, byte[]? Body, IReadOnlyList<RefusedRow> Refused, long Position)
{
    /// <summary>Rows of the file that the chunk stands for.</summary>
    public int RowCount => Rows.Count + Refused.Count;
}

/// <summary>Cuts the file into chunks. Where a chunk ends is decided by the file and the settings alone, so that a second run
/// sends the same bytes under the same keys.</summary>
internal sealed class DeltaChunks(ImportSettings settings, UsageFile file, UsageMapping mapping)
{
    /// <summary>Items that the batch route takes.</summary>
    public const int MaxItems = 1_000;

    /// <summary>Half of what the batch route takes (8 MiB), one item of the largest kind to spare.</summary>
    private const int MaxBodyBytes = 4 * 1024 * 1024;

    /// <summary>Rows refused here count too, so that a file of nonsense still makes steps that are remembered.</summary>
    private const int MaxRows = 2 * MaxItems;

    private readonly string _scope = Scope(settings);
    private readonly ArrayBufferWriter<byte> _items = new();

    /// <param name="skip">Chunks that are done: they are read and cut again, and not given out.</param>
    /// <exception cref="ImportUseException">The file ends being CSV somewhere.</exception>
    public IEnumerable<DeltaChunk> From(long skip)
    {
        var (number, rows, refused) = (0L, new List<UsageRow>(), new List<RefusedRow>());
        foreach (var row in file.Rows())
        {
            if (!mapping.TryMap(row, out var item, out var complaint))
            {
                refused.Add(new RefusedRow(row, "NOT_SENT", complaint!));
            }
            else
            {
                _items.Write(rows.Count == 0 ? "["u8 : ","u8);
                _items.Write(item.Span);
                rows.Add(row);
            }

            if (rows.Count < MaxItems && rows.Count + refused.Count < MaxRows && _items.WrittenCount < MaxBodyBytes) continue;
            if (number++ >= skip) yield return Chunk(number - 1, rows, refused);
            (rows, refused) = ([], []);
            _items.ResetWrittenCount();
        }

        if (rows.Count + refused.Count > 0 && number >= skip) yield return Chunk(number, rows, refused);
    }

    private DeltaChunk Chunk(long number, List<UsageRow> rows, List<RefusedRow> refused)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"import-{_scope}-{number}");
        return new DeltaChunk(number, key, rows, rows.Count == 0 ? null : Body(), refused, file.Position);
    }

    private byte[] Body()
    {
        var body = new ArrayBufferWriter<byte>(_items.WrittenCount + 256);
        body.Write("{\"deltas\":"u8);
        body.Write(_items.WrittenSpan);
        body.Write("]"u8);
        if (settings.VendorAccountId is { } vendorAccount)
        {
            body.Write(",\"vendorAccountId\":"u8);
            body.Write(JsonSerializer.SerializeToUtf8Bytes(vendorAccount));
        }

        body.Write("}"u8);
        return body.WrittenSpan.ToArray();
    }

    /// <summary>128 bits over all settings and the form of the bodies: another form of body means other keys.</summary>
    private static string Scope(ImportSettings settings)
    {
        var text = new StringBuilder("pacspace/import/1\n");
        foreach (var (name, value) in settings.Listed) text.Append(CultureInfo.InvariantCulture, $"{name} {value.Length} {value}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
    }
}
