using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using PacSpace.Evidence;
using PacSpace.Features.Display;
using PacSpace.Features.Pipeline;
using PacSpace.Features.Receipts;
using PacSpace.Infrastructure.Documents;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Documents;

/// <summary>Makes the record document (api-dashboard 12.9). That of a closed scope is kept and served again.</summary>
internal sealed class RecordPdf(
    RecordPages pages, WindowReader windows, ReceiptBundles bundles, LogReader log, DocumentRenderer renderer, DocumentStore store, PublicAddress address)
{
    private const int MaxAttachedBytes = 5_000_000;

    /// <summary>Pages that the renderer holds at a time.</summary>
    private const int PagesInAPart = 20;

    /// <exception cref="RendererUnavailableException">Not now.</exception>
    public async Task<KeptDocument> OpenAsync(RecordScope scope, RecordStandings standings, CancellationToken ct)
    {
        var paper = await PaperAsync(scope, standings, ct);
        if (scope.Checkpoint is null) return await store.MakeAsync(to => RenderAsync(paper, scope, standings, null, to, ct));
        try
        {
            return await store.GetAsync(paper.ToContent(), to => RenderClosedAsync(paper, scope, standings, to), ct);
        }
        catch (DamagedRecordException)
        {
            // What stands in the rows is not what was closed. The document says so, and is not kept: rows may be restored.
            return await store.MakeAsync(to => RenderAsync(paper, scope, standings, null, to, ct));
        }
    }

    private async Task<RecordPaper> PaperAsync(RecordScope scope, RecordStandings standings, CancellationToken ct)
    {
        var checkpoint = scope.Checkpoint;
        var (ledgerNo, customerNo) = (scope.Customer.Ledger.LedgerNo, scope.Customer.CustomerNo);
        var (increases, decreases) = checkpoint is null
            ? await windows.SumsAsync(ledgerNo, customerNo, scope.FirstSeq, scope.LastSeq, ct)
            : (checkpoint.Increases.Value, checkpoint.Decreases.Value);
        return new RecordPaper
        {
            VendorName = scope.VendorName,
            Environment = scope.Customer.Ledger.Environment,
            CustomerName = scope.Customer.DisplayName,
            CustomerReference = scope.Customer.Reference,
            Period = RecordWords.Period(scope.Window.Start.ToDateTimeOffset(), scope.Window.End.ToDateTimeOffset()),
            StartAt = scope.Window.Start.ToDateTimeOffset(),
            EndAt = scope.Window.End.ToDateTimeOffset(),
            AsOf = checkpoint?.AsOf.ToDateTimeOffset() ?? scope.Now,
            Unit = scope.Unit,
            RecordCount = scope.RecordCount,
            Net = scope.Net,
            Increases = increases,
            Decreases = decreases,
            Opening = scope.Opening,
            Closing = scope.Closing,
            Through = RecordWords.VerifiedThrough(scope.VerifiedThrough?.ToDateTimeOffset()),
            Proof = checkpoint is null ? null : await ProofAsync(checkpoint, ct),
            Failed = [.. standings.Failed.Order()],
        };
    }

    private async Task<RecordPaperProof> ProofAsync(StoredCheckpoint checkpoint, CancellationToken ct)
    {
        var id = checkpoint.CheckpointId;
        return new RecordPaperProof(
            id, checkpoint.ProofRoot.To0x(), await log.OriginAsync(checkpoint.Environment, ct) ?? "", checkpoint.LogIndex!.Value, checkpoint.TreeSize!.Value,
            address.ReceiptPage(id), $"{address.Log(checkpoint.Environment)}/vkey", checkpoint.VerifiedAt!.Value, $"receipt-{id}.bundle.json",
            address.ReceiptBundle(id), BundleSha256: null, IsAttached: false);
    }

    /// <remarks>Not stopped by whoever asked first: others may wait for it, and it is kept.</remarks>
    private async Task RenderClosedAsync(RecordPaper paper, RecordScope scope, RecordStandings standings, Stream to)
    {
        var ct = CancellationToken.None;
        if (!(await bundles.OpenAsync(scope.Checkpoint!, metadata: false, ct)).Accepted(out var bundle, out _)) throw new DamagedRecordException();
        await using (bundle)
        {
            var attachment = bundle.Length < MaxAttachedBytes ? await AttachmentAsync(bundle, scope.Checkpoint!, ct) : null;
            var proof = paper.Proof! with { BundleSha256 = Convert.ToHexStringLower(bundle.Sha256.Span), IsAttached = attachment is not null };
            await RenderAsync(paper with { Proof = proof }, scope, standings, attachment, to, ct);
        }
    }

    private static async Task<RenderAttachment> AttachmentAsync(ReceiptBundle bundle, StoredCheckpoint checkpoint, CancellationToken ct)
    {
        using var bytes = new MemoryStream((int)bundle.Length);
        var writer = PipeWriter.Create(bytes, new StreamPipeWriterOptions(leaveOpen: true));
        await bundle.WriteAsync(writer, ct);
        await writer.CompleteAsync();
        return new RenderAttachment(
            bundle.FileName, "application/json", "Evidence of every record, for a check without us", "Data", checkpoint.VerifiedAt!.Value, bytes.ToArray());
    }

    private async Task RenderAsync(RecordPaper paper, RecordScope scope, RecordStandings standings, RenderAttachment? attachment, Stream to, CancellationToken ct)
    {
        var plan = await PlanAsync(paper, scope, standings, ct);
        var identifier = Convert.ToHexStringLower(Hash.Sha256(paper.ToContent()).Bytes[..16]);
        await renderer.RenderAsync(new RenderJob(plan.PageCount, identifier, attachment, PartsAsync(paper, plan, scope, standings, ct)), to, ct);
    }

    /// <summary>Two looks at the rows: how wide columns must be, and how many lines each row takes in them. Rows do not change.</summary>
    private async Task<RecordPaperPlan> PlanAsync(RecordPaper paper, RecordScope scope, RecordStandings standings, CancellationToken ct)
    {
        if (!paper.HasTable) return paper.Plan([], RecordPaper.ColumnsFor(0, 0, 0, hasOneUnit: true));

        var (widestWhole, fractionDigits, widestAmount) = (0, 0, 0);
        var hasOneUnit = true;
        await foreach (var row in RowsAsync(paper, scope, standings, true, ct))
        {
            var whole = RecordColumns.WholePart(row.Amount);
            widestWhole = Math.Max(widestWhole, TextFit.WidthOf(whole));
            fractionDigits = Math.Max(fractionDigits, row.Amount.Length - whole.Length - 1);
            hasOneUnit &= row.Unit == paper.Unit;
        }

        if (hasOneUnit)
        {
            widestAmount = widestWhole + (fractionDigits == 0 ? 0 : TextFit.WidthOf("." + new string('0', fractionDigits)));
        }
        else
        {
            fractionDigits = 0; // behind each amount stands a unit of its own
            await foreach (var row in RowsAsync(paper, scope, standings, false, ct)) widestAmount = Math.Max(widestAmount, TextFit.WidthOf(row.Amount));
        }

        var columns = RecordPaper.ColumnsFor(scope.LastSeq, widestAmount, fractionDigits, hasOneUnit);
        var lines = new List<byte>((int)scope.RecordCount);
        await foreach (var row in RowsAsync(paper, scope, standings, hasOneUnit, ct))
        {
            var (reasons, references) = columns.Lines(row);
            lines.Add((byte)Math.Min(byte.MaxValue, Math.Max(reasons.Count, references.Count)));
        }

        return paper.Plan(lines, columns);
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> PartsAsync(
        RecordPaper paper, RecordPaperPlan plan, RecordScope scope, RecordStandings standings, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var rows = RowsAsync(paper, scope, standings, plan.Columns.HasOneUnit, ct).GetAsyncEnumerator(ct);
        var part = new List<Markup>();
        for (var number = 1; number <= plan.PageCount; number++)
        {
            var onPage = new List<RecordLine>();
            var count = paper.HasTable && number <= plan.Table.PageCount ? plan.Table.FirstOnPage[number] - plan.Table.FirstOnPage[number - 1] : 0;
            while (onPage.Count < count && await rows.MoveNextAsync()) onPage.Add(rows.Current);
            part.Add(paper.Page(plan, number, onPage));
            if (part.Count < PagesInAPart && number < plan.PageCount) continue;
            yield return Paper.Document(paper.Title, paper.VendorName, paper.Proof?.VerifiedAt, part).ToUtf8();
            part.Clear();
        }
    }

    private async IAsyncEnumerable<RecordLine> RowsAsync(
        RecordPaper paper, RecordScope scope, RecordStandings standings, bool hasOneUnit, [EnumeratorCancellation] CancellationToken ct)
    {
        if (!paper.HasTable) yield break;
        var rows = new RecordRows(pages, null, standings, scope);
        while (await rows.NextAsync(ct))
        {
            for (var i = 0; i < rows.Page.Count; i++) yield return Line(rows, i, hasOneUnit);
        }
    }

    private static RecordLine Line(RecordRows rows, int i, bool hasOneUnit)
    {
        var record = rows.Page[i];
        var unit = record.HasUnit ? RecordRows.Text(record.Unit) : null;
        var amount = record.IsDamaged ? "" : PaperFormat.Standard.Amount(record.Delta.Value);
        return new RecordLine(
            record.Seq, record.IsDamaged ? "" : PaperFormat.Row(record.AcceptedAt), RecordRows.Text(record.Reason),
            record.HasReferenceId ? RecordRows.Text(record.ReferenceId) : "", hasOneUnit || unit is null ? amount : $"{amount} {unit}",
            RecordRows.Word(rows.State(record)), unit);
    }

    /// <summary>A bundle of the scope cannot be made.</summary>
    private sealed class DamagedRecordException : Exception;
}
