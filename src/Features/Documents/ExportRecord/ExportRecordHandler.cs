using MediatR;
using Npgsql;
using PacSpace.Features.Pipeline;
using PacSpace.Features.Receipts;
using PacSpace.Features.SharedRecord;
using PacSpace.Infrastructure.Documents;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Documents;

internal sealed class ExportRecordHandler(
    NpgsqlDataSource database, RecordScopes scopes, RecordPages pages, RecordStandingsReader standings, ReceiptBundles bundles, RecordJson json, RecordPdf pdf,
    RecordNotes notes)
    : IRequestHandler<ExportRecord, Outcome<RecordExported>>
{
    public async Task<Outcome<RecordExported>> Handle(ExportRecord request, CancellationToken ct)
    {
        if (request is { Period: not null, CheckpointId: not null })
        {
            return new Refusal(RefusalCode.InvalidScopeCombination, "checkpointId does not go with period")
            {
                Details = [new RefusalDetail("checkpointId", "does not go with period")],
            };
        }

        var found = await scopes.FindAsync(request.Caller, request.CustomerId, request.VendorAccountId, request.Period, request.CheckpointId, ct);
        if (!found.Accepted(out var scope, out var refusal)) return refusal;
        Outcome<RecordExported> outcome = request.Format switch
        {
            "csv" => await RowsAsync(scope, "csv", CsvText.ContentType, withRoots: true, ct),
            "json" => await RowsAsync(scope, "json", "application/json", withRoots: false, ct),
            "pdf" => await PdfAsync(scope, ct),
            _ => await BundleAsync(scope, ct),
        };
        if (!outcome.Accepted(out var file, out refusal)) return refusal;
        try
        {
            // Told before the first byte: what is not written down was not exported.
            await notes.NoteExportAsync(
                scope.Customer, request.Visit, new ExportNote(request.Format, scope.Period, scope.Checkpoint?.CheckpointId, scope.RecordCount), ct);
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    private async Task<RecordExported> RowsAsync(RecordScope scope, string extension, string contentType, bool withRoots, CancellationToken ct)
    {
        var states = await StandingsAsync(scope, ct);
        var rows = new RecordRows(pages, withRoots ? new BlockRoots(database, scope.Customer.Ledger.LedgerNo) : null, states, scope);
        return new RecordExported(
            $"record-{scope.PeriodName}.{extension}", contentType, length: null,
            (to, stop) => withRoots ? RecordCsv.WriteAsync(rows, scope, to, stop) : json.WriteAsync(rows, scope, to, stop));
    }

    private async Task<Outcome<RecordExported>> PdfAsync(RecordScope scope, CancellationToken ct)
    {
        try
        {
            var document = await pdf.OpenAsync(scope, await StandingsAsync(scope, ct), ct);
            return new RecordExported(
                $"record-{scope.PeriodName}.pdf", "application/pdf", document.Length, (to, stop) => document.CopyToAsync(to.AsStream(leaveOpen: true), stop), document);
        }
        catch (RendererUnavailableException)
        {
            return PdfRefusals.NotNow();
        }
    }

    private async Task<Outcome<RecordExported>> BundleAsync(RecordScope scope, CancellationToken ct)
    {
        if (scope.Checkpoint is null)
        {
            return new Refusal(RefusalCode.ProofUnavailable, "A bundle is available for closed periods")
            {
                Details = [new RefusalDetail(scope.PeriodName, ExportRecord.NoCheckpoint)],
            };
        }

        if (!(await bundles.OpenAsync(scope.Checkpoint, metadata: false, ct)).Accepted(out var bundle, out var refusal)) return refusal;
        return new RecordExported(bundle.FileName, "application/json", bundle.Length, bundle.WriteAsync, bundle);
    }

    private Task<RecordStandings> StandingsAsync(RecordScope scope, CancellationToken ct) =>
        standings.ReadAsync(scope.Customer.Ledger.LedgerNo, scope.Customer.CustomerNo, scope.FirstSeq, scope.LastSeq, ct);
}
