using System.Globalization;
using System.Text.Json;
using PacSpace.Features.Receipts;

namespace PacSpace.Features.Documents;

/// <summary>What a public receipt says, whole (api-balance 5.3). Equal content is one document for ever.</summary>
internal sealed record ReceiptPaper
{
    public required string ReceiptId { get; init; }
    public required string Environment { get; init; }
    public required string VendorName { get; init; }
    public required ReceiptDisplay Display { get; init; }
    public required long RecordCount { get; init; }
    public required DateTimeOffset StartAt { get; init; }
    public required DateTimeOffset EndAt { get; init; }
    public required DateTimeOffset AsOf { get; init; }
    public required decimal Increases { get; init; }
    public required decimal Decreases { get; init; }
    public required decimal Opening { get; init; }
    public required decimal Closing { get; init; }
    public required string ProofRoot { get; init; }
    public required string LogOrigin { get; init; }
    public required long LogIndex { get; init; }
    public required long TreeSize { get; init; }
    public required DateTimeOffset VerifiedAt { get; init; }
    public required string CustomerReference { get; init; }
    public required string Permalink { get; init; }
    public required string VerifierKeyUrl { get; init; }

    public byte[] ToContent() => JsonSerializer.SerializeToUtf8Bytes(this);

    public Markup ToMarkup()
    {
        var format = new PaperFormat(CultureInfo.GetCultureInfo(Display.Locale), TimeZoneInfo.FindSystemTimeZoneById(Display.Timezone));
        var content = Markup.Of(
            $"""
            <div class="sheet">
            {Paper.Heading("Receipt", Display.Period, Environment, VendorName)}
            {Paper.Total(Display.Total, Increases != 0 && Decreases != 0, Display.CoveredThrough)}
            {Paper.Facts(
            [
                ("Records", format.Count(RecordCount)),
                ("Committed", format.Instant(AsOf)),
                ("From", format.Instant(StartAt)),
                ("Until, not included", format.Instant(EndAt)),
                ("Increases", format.Signed(Increases)),
                ("Opening balance", format.Amount(Opening)),
                ("Decreases", format.Signed(Decreases)),
                ("Closing balance", format.Amount(Closing)),
            ])}
            {Paper.Proof(
            [
                ("Receipt", ReceiptId),
                ("Proof root", ProofRoot),
                ("Verification reference", ProofRoot),
                ("Log", LogOrigin),
                ("Log index", string.Create(CultureInfo.InvariantCulture, $"{LogIndex} of {TreeSize}")),
                ("Verified", VerifiedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)),
                ("Customer reference", CustomerReference),
            ])}
            <div class="check beside"><h2>How to check this receipt</h2>
            <p>Online, at its permanent address:</p><p>{Paper.Link(Permalink)}</p>
            <p>Offline, without asking anybody:</p>
            <ol><li>Save the evidence bundle of this period: from the Shared Record that {Paper.Name(VendorName)} gave you, or from {Paper.Name(VendorName)}.</li>
            <li>Get the log’s verifier key from {Paper.Name(VendorName)} or your auditor, and compare it with <code>{VerifierKeyUrl}</code>.</li>
            <li>Run <code>pacspace-verify BUNDLE --key KEY</code>. It recomputes every record, the totals and the proof root, checks the log’s signature, and makes no connection. What it prints must be what stands here.</li></ol>
            <div class="qr">{Paper.QrCode(Permalink)}</div></div>
            <p class="statement">{Paper.Sentence(Display.Statement, VendorName)}</p>
            </div>
            """);
        return Paper.Document($"Receipt, {Display.Period} – {VendorName}", VendorName, VerifiedAt, [Paper.Page(VendorName, 1, 1, format, content)]);
    }
}
