using System.Text;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Documents;

/// <summary>The rows of an export in order, a page at a time, with what became of each.</summary>
/// <param name="roots">Null when <see cref="Root"/> will not be asked.</param>
internal sealed class RecordRows(RecordPages pages, BlockRoots? roots, RecordStandings standings, RecordScope scope)
{
    private readonly RecordPage _page = new();
    private readonly Hash?[] _roots = new Hash?[RecordPage.MaxCount];
    private long _next = scope.FirstSeq;

    /// <summary>What <see cref="NextAsync"/> read last.</summary>
    public RecordPage Page => _page;

    /// <summary>False when there are no more.</summary>
    public async Task<bool> NextAsync(CancellationToken ct)
    {
        if (_next > scope.LastSeq) return false;
        await pages.ReadAsync(_page, scope.Customer.Ledger.LedgerNo, scope.Customer.CustomerNo, _next, scope.LastSeq, ct);
        _next += RecordPage.MaxCount;
        if (roots is not null)
        {
            var indexes = _page.LedgerIndexes;
            var unsealed = indexes.Span.BinarySearch(standings.SealedIndex);
            await roots.FindAsync(indexes[..(unsealed < 0 ? ~unsealed : unsealed)], _roots, ct);
        }

        return true;
    }

    /// <summary>Of the block that holds the record; null unless it is verified (api-balance 2, <c>verificationReference</c>).</summary>
    public Hash? Root(int i, in PageRecord record) => standings.IsSealed(record.LedgerIndex, record.Seq) ? _roots[i] : null;

    /// <summary>The portal's word (api-balance 1.11).</summary>
    public ReadOnlySpan<byte> State(in PageRecord record) =>
        !standings.IsSealed(record.LedgerIndex, record.Seq) ? "recording"u8 : standings.IsCheckpointed(record.Seq) ? "verified"u8 : "recorded"u8;

    /// <summary>The state as people read it.</summary>
    public static string Word(ReadOnlySpan<byte> state) => state[^1] == (byte)'g' ? "Recording" : state[0] == (byte)'v' ? "Verified" : "Recorded";

    public static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
