using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Documents;

/// <summary>Writes a record as CSV (api-dashboard 12.9). Nothing is allocated for a row.</summary>
internal static class RecordCsv
{
    private const int FixedBytes = 512;

    public static async Task WriteAsync(RecordRows rows, RecordScope scope, PipeWriter to, CancellationToken ct)
    {
        var vendor = Quoted(scope.VendorName);
        to.Write("recordId,sequenceNumber,time,recordedValue,unit,signedDelta,reason,referenceId,state,fingerprint,verificationReference,recordedBy\r\n"u8);
        while (await rows.NextAsync(ct))
        {
            WritePage(rows, vendor, to);

            // Who reads slowly is waited for here, with no connection held; who went away ends it here.
            var flushed = await to.FlushAsync(ct);
            if (flushed.IsCompleted || flushed.IsCanceled) return;
        }

        await to.FlushAsync(ct);
    }

    private static byte[] Quoted(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var quoted = new byte[CsvText.MaxBytes(utf8.Length)];
        return quoted[..CsvText.Write(utf8, quoted)];
    }

    private static void WritePage(RecordRows rows, ReadOnlySpan<byte> vendor, PipeWriter to)
    {
        // Consecutive records share a block, mostly.
        Span<byte> rootHex = stackalloc byte[WireBytes.HashBytes];
        Hash? written = null;
        for (var i = 0; i < rows.Page.Count; i++)
        {
            var record = rows.Page[i];
            var root = rows.Root(i, record);
            if (root is { } known && root != written)
            {
                WireBytes.Hex(known.ToArray(), rootHex);
                written = root;
            }

            var line = to.GetSpan(
                FixedBytes + vendor.Length + (2 * record.Leaf.Length) + CsvText.MaxBytes(record.Unit.Length) + CsvText.MaxBytes(record.Reason.Length) + CsvText.MaxBytes(record.ReferenceId.Length));
            to.Advance(WriteLine(record, rows.State(record), root is null ? default : rootHex, vendor, line));
        }
    }

    private static int WriteLine(in PageRecord record, ReadOnlySpan<byte> state, ReadOnlySpan<byte> root, ReadOnlySpan<byte> vendor, Span<byte> to)
    {
        var at = Put(record.RecordId, to, 0);
        Utf8Formatter.TryFormat(record.Seq, to[at..], out var digits);
        at = Comma(to, at + digits);
        if (!record.IsDamaged) at += WireBytes.Time(record.AcceptedAt, to[at..]);
        at = Comma(to, at);
        if (!record.IsDamaged) at += WireBytes.Number(Amount.FromDecimal(Math.Abs(record.Delta.Value)), to[at..]);
        at = Comma(to, at);
        if (record.HasUnit) at += CsvText.Write(record.Unit, to[at..]);
        at = Comma(to, at);
        if (!record.IsDamaged) at += WireBytes.Number(record.Delta, to[at..]);
        at = Comma(to, at);
        at += CsvText.Write(record.Reason, to[at..]);
        at = Comma(to, at);
        if (record.HasReferenceId) at += CsvText.Write(record.ReferenceId, to[at..]);
        at = Comma(to, at);
        at = Put(state, to, at);
        at += WireBytes.Hex(record.Leaf, to[at..]);
        at = Comma(to, at);
        at = Put(root, to, at);
        vendor.CopyTo(to[at..]);
        at += vendor.Length;
        "\r\n"u8.CopyTo(to[at..]);
        return at + 2;
    }

    /// <summary>The value and a comma.</summary>
    private static int Put(ReadOnlySpan<byte> value, Span<byte> to, int at)
    {
        value.CopyTo(to[at..]);
        return Comma(to, at + value.Length);
    }

    private static int Comma(Span<byte> to, int at)
    {
        to[at] = (byte)',';
        return at + 1;
    }
}
