using System.Globalization;
using System.Text;
using System.Text.Json;
using PacSpace.Features.Display;

namespace PacSpace.Features.Documents;

/// <summary>What a record document says beside its rows (api-dashboard 12.9).</summary>
internal sealed record RecordPaper
{
    /// <summary>Above it there is no table.</summary>
    public const int MaxRows = 100_000;

    // Millimetres, as in document.css.
    private const double LineHeight = 4.6;
    private const double TableHead = 7;
    private const double TableTopOnFirst = 98;
    private const double TableTopOnOthers = 18;
    private const double TableBottom = 272;
    private const double ProofHeight = 90;
    private const double TableWidth = 170;

    // Columns: number, time and state are one text, since each text costs the renderer the same however short it is; then reason and
    // reference, then the amount at the right.
    private const double FontSize = 7.5 * 25.4 / 72;
    private const double Gap = 4;
    private const double TimeWidth = 28.4; // ten digits, two hyphens, a space, six digits, two colons
    private const double StateWidth = 14;
    private const double MinAmountWidth = 26;
    private const double MaxAmountWidth = 48;
    private const int MinDigits = 3;

    private const int LinesOnOthers = (int)((TableBottom - TableTopOnOthers - TableHead) / LineHeight);

    public required string VendorName { get; init; }
    public required string Environment { get; init; }
    public required string? CustomerName { get; init; }
    public required string CustomerReference { get; init; }
    public required string Period { get; init; }
    public required DateTimeOffset StartAt { get; init; }
    public required DateTimeOffset EndAt { get; init; }
    public required DateTimeOffset AsOf { get; init; }
    public required string? Unit { get; init; }
    public required long RecordCount { get; init; }
    public required decimal Net { get; init; }
    public required decimal Increases { get; init; }
    public required decimal Decreases { get; init; }
    public required decimal Opening { get; init; }
    public required decimal Closing { get; init; }
    public required string Through { get; init; }

    /// <summary>Null until the scope is a completed checkpoint.</summary>
    public required RecordPaperProof? Proof { get; init; }

    /// <summary>Numbers of records whose state is not that of their scope; decides what the rows say.</summary>
    public required IReadOnlyList<long> Failed { get; init; }

    private string Total => RecordWords.Total(Net, Unit);

    private double TopOnFirst => TableTopOnFirst + Paper.ExtraHeight(VendorName, Total);

    private int LinesOnFirst => (int)((TableBottom - TopOnFirst - TableHead) / LineHeight);

    private static PaperFormat Format => PaperFormat.Standard;

    public byte[] ToContent() => JsonSerializer.SerializeToUtf8Bytes(this);

    public string Title => $"Record, {Period} – {VendorName}";

    public bool HasTable => RecordCount is > 0 and <= MaxRows;

    /// <summary>Which rows stand on which page, and how wide the columns are; from a first look at all rows.</summary>
    public RecordPaperPlan Plan(IReadOnlyList<byte> lines, RecordColumns columns)
    {
        var table = HasTable ? RecordTable.Of(lines, LinesOnFirst, LinesOnOthers) : new RecordTable([0, 0], LinesOnFirst);
        var proofFits = table.FreeOnLast * LineHeight >= ProofHeight;
        return new RecordPaperPlan(table, columns, table.PageCount + (proofFits ? 0 : 1), proofFits);
    }

    /// <param name="rows">Of this page.</param>
    public Markup Page(RecordPaperPlan plan, int number, IReadOnlyList<RecordLine> rows)
    {
        var isFirst = number == 1;
        var top = isFirst ? TopOnFirst : TableTopOnOthers;
        var isLastOfTable = number == plan.Table.PageCount;
        var isProofAlone = number > plan.Table.PageCount;
        var used = isLastOfTable ? (isFirst ? LinesOnFirst : LinesOnOthers) - plan.Table.FreeOnLast : 0;
        var proofTop = isProofAlone ? TableTopOnOthers : top + TableHead + (used * LineHeight);
        return Paper.Page(VendorName, number, plan.PageCount, Format, Markup.Of(
            $"""{(isFirst ? Head() : default)}{(isProofAlone ? default : Table(plan.Columns, top, rows, isFirst))}{(isProofAlone || (isLastOfTable && plan.ProofFits) ? ProofAndStatement(proofTop) : default)}"""));
    }

    private Markup Head()
    {
        var facts = new List<(string, string)>
        {
            ("From", Format.Instant(StartAt)), ("Until, not included", Format.Instant(EndAt)),
            ("Increases", Format.Signed(Increases)), ("Opening balance", Format.Amount(Opening)),
            ("Decreases", Format.Signed(Decreases)), ("Closing balance", Format.Amount(Closing)),
        };
        if (CustomerName is not null) facts.Insert(0, ("Customer", Short(CustomerName)));
        facts.Insert(0, ("Records", Format.Count(RecordCount)));
        if (facts.Count % 2 == 1) facts.Insert(1, ("As of", Format.Instant(AsOf)));
        return Markup.Of(
            $"""
            <div class="sheet">
            {Paper.Heading("Record", Period, Environment, VendorName)}
            {Paper.Total(Total, Increases != 0 && Decreases != 0, Through)}
            {Paper.Facts(facts)}
            </div>
            """);
    }

    private Markup Table(RecordColumns columns, double top, IReadOnlyList<RecordLine> rows, bool isFirst)
    {
        if (!HasTable)
        {
            var words = RecordCount == 0 ? "No records in this period." : $"{Format.Count(RecordCount)} records are in the CSV and the bundle.";
            return Markup.Of($"""<div class="table" style="top:{Mm(top)}"><p class="note">{words}</p></div>""");
        }

        // HTML leaves out a line end that comes first in a pre; each column begins with one of its own for that.
        var texts = Enumerable.Range(0, 4).Select(_ => new StringBuilder("\n")).ToArray();
        var rules = new StringBuilder();
        var unusual = new List<Markup>();
        (string Name, double? Left, double? Right)[] heads =
        [
            ("No.", null, TableWidth - columns.NumberWidth),
            ("Time (UTC)", columns.TimeLeft, null),
            ("State", columns.StateLeft, null),
            ("Reason", columns.ReasonLeft, null),
            ("Reference", columns.ReferenceLeft, null),
            (columns.HasOneUnit && Unit is not null ? $"Recorded ({Short(Unit)})" : "Recorded", null, 0),
        ];
        double?[] lefts = [0, columns.ReasonLeft, columns.ReferenceLeft, null];
        var line = 0;
        foreach (var row in rows)
        {
            var (reasons, references) = columns.Lines(row);
            var height = Math.Max(reasons.Count, references.Count);
            IReadOnlyList<string>[] cells = [[columns.Begin(row)], reasons, references, [columns.Amount(row)]];
            for (var i = 0; i < texts.Length; i++) Put(texts[i], cells[i], height, line, i == 0 ? null : lefts[i], unusual);
            line += height;
            rules.Append(CultureInfo.InvariantCulture, $"M0 {line * LineHeight - 0.7:0.##}H{TableWidth}");
        }

        var ruled = line * LineHeight;
        return Markup.Of(
            $"""
            <div class="table" style="top:{Mm(top)}"><div class="head">{heads.Select(head => Markup.Of($"""<span style="{Place(head.Left, head.Right)}">{head.Name}</span>"""))}</div>
            <svg xmlns="http://www.w3.org/2000/svg" width="{Mm(TableWidth)}" height="{Mm(ruled)}" viewBox="{string.Create(CultureInfo.InvariantCulture, $"0 0 {TableWidth} {ruled:0.##}")}"><path d="{rules.ToString()}" stroke="#e6e9ec" stroke-width="0.12" fill="none"/></svg>{texts.Select((text, i) => Markup.Of($"""<pre{(lefts[i] is null ? Markup.Of($" class=\"number\"") : default)} style="{Place(lefts[i], 0)}">{text.ToString()}</pre>"""))}{unusual}</div>
            """);

        // A line in another script stands by itself, so that its font moves no other line.
        static void Put(StringBuilder to, IReadOnlyList<string> lines, int height, int first, double? left, List<Markup> unusual)
        {
            for (var i = 0; i < height; i++)
            {
                if (i < lines.Count && left is { } at && !TextFit.IsPlain(lines[i]))
                    unusual.Add(Markup.Of($"""<pre class="cell" style="left:{Mm(at)};top:{Mm(TableHead + ((first + i) * LineHeight))}">{lines[i]}</pre>"""));
                else if (i < lines.Count) to.Append(lines[i]);
                to.Append('\n');
            }
        }
    }

    private Markup ProofAndStatement(double top)
    {
        var statement = Markup.Of($"""<p class="statement">{Paper.Sentence(RecordWords.Statement(VendorName), VendorName)}</p>""");
        if (Proof is not { } proof)
            return Markup.Of($"""<div class="table" style="top:{Mm(top)}"><div class="proof"><h2>No proof root yet</h2><p>This window is not closed by a completed checkpoint. What stands here is the record as of {Format.Instant(AsOf)}.</p></div>{statement}</div>""");

        var bundle = proof.BundleSha256 is null
            ? Markup.Of($"<p>No proof can be given: a stored record no longer matches its proof.</p>")
            : Markup.Of(
                $"""<p>{(proof.IsAttached ? Markup.Of($"The evidence bundle is attached to this document as <code>{proof.BundleName}</code>.") : Markup.Of($"The evidence bundle is too large to be attached. Its address is <code>{proof.BundleUrl}</code>"))} Its SHA-256 is <code>{proof.BundleSha256}</code></p><p>Check it without asking anybody: <code>pacspace-verify {proof.BundleName} --key KEY</code> with the log’s verifier key, from {Paper.Name(VendorName)}, your auditor or <code>{proof.VerifierKeyUrl}</code></p>""");
        return Markup.Of(
            $"""
            <div class="table" style="top:{Mm(top)}">
            {Paper.Proof(
            [
                ("Receipt", proof.ReceiptId), ("Proof root", proof.ProofRoot), ("Verification reference", proof.ProofRoot), ("Log", proof.LogOrigin),
                ("Log index", string.Create(CultureInfo.InvariantCulture, $"{proof.LogIndex} of {proof.TreeSize}")), ("Customer reference", CustomerReference),
                ("Permanent address", proof.Permalink),
            ])}
            {bundle}
            {statement}
            </div>
            """);
    }

    /// <summary>Fits one half of the facts.</summary>
    private static string Short(string text)
    {
        const double Width = 20;
        var lines = TextFit.Lines(text, Width);
        return lines.Count == 1 ? text : $"{lines[0]}…";
    }

    private static string Place(double? left, double? right) => left is { } l ? $"left:{Mm(l)}" : $"right:{Mm(right!.Value)}";

    private static string Mm(double millimetres) => millimetres.ToString("0.###'mm'", CultureInfo.InvariantCulture);

    /// <summary>Where columns stand: the numbers take what the widest needs, the texts share what is left.</summary>
    internal static RecordColumns ColumnsFor(long lastSeq, int widestAmount, int fractionDigits, bool hasOneUnit)
    {
        var digits = lastSeq.ToString(CultureInfo.InvariantCulture).Length;
        var numberWidth = Math.Max(MinDigits, digits) * RecordColumns.DigitEm * FontSize;
        var amountWidth = Math.Clamp(widestAmount * FontSize / 100, MinAmountWidth, MaxAmountWidth);
        var timeLeft = numberWidth + (RecordColumns.GapEm * FontSize);
        var stateLeft = timeLeft + TimeWidth + (RecordColumns.GapEm * FontSize);
        var reasonLeft = stateLeft + StateWidth + Gap;
        var texts = TableWidth - amountWidth - Gap - reasonLeft - Gap;
        var reasonWidth = texts * 0.56;
        return new RecordColumns(
            Math.Max(MinDigits, digits), numberWidth, timeLeft, stateLeft, reasonLeft, reasonLeft + reasonWidth + Gap, reasonWidth / FontSize, (texts - reasonWidth) / FontSize,
            fractionDigits, hasOneUnit);
    }
}

/// <summary>What a completed checkpoint adds to the document.</summary>
/// <param name="BundleSha256">Null when no bundle can be made.</param>
internal sealed record RecordPaperProof(
    string ReceiptId, string ProofRoot, string LogOrigin, long LogIndex, long TreeSize, string Permalink, string VerifierKeyUrl, DateTimeOffset VerifiedAt,
    string BundleName, string BundleUrl, string? BundleSha256, bool IsAttached);

/// <param name="PageCount">With the closing page, if there is one.</param>
/// <param name="ProofFits">On the table's last page.</param>
internal sealed record RecordPaperPlan(RecordTable Table, RecordColumns Columns, int PageCount, bool ProofFits);

/// <summary>A row as text.</summary>
internal sealed record RecordLine(long Seq, string Time, string Reason, string Reference, string Amount, string State, string? Unit);

/// <summary>Where columns stand, in millimetres from the left.</summary>
/// <param name="Digits">Of the largest number.</param>
/// <param name="ReasonEm">Width in em.</param>
/// <param name="FractionDigits">Of the amount that has most.</param>
internal sealed record RecordColumns(
    int Digits, double NumberWidth, double TimeLeft, double StateLeft, double ReasonLeft, double ReferenceLeft, double ReasonEm, double ReferenceEm, int FractionDigits,
    bool HasOneUnit)
{
    /// <summary>Width of a digit, all being as wide, and of a figure space.</summary>
    public const double DigitEm = 0.65;

    /// <summary>Width of an em space.</summary>
    public const double GapEm = 1;

    private const char FigureSpace = '\u2007';
    private const char PointSpace = '\u2008';

    /// <summary>The number, filled up with figure spaces, the time and the state.</summary>
    public string Begin(RecordLine row) =>
        $"{row.Seq.ToString(CultureInfo.InvariantCulture).PadLeft(Digits, FigureSpace)}\u2003{row.Time}\u2003{row.State}";

    /// <summary>The amount, filled up behind so that the decimal points of the column stand one below the other.</summary>
    public string Amount(RecordLine row)
    {
        var missing = FractionDigits - (row.Amount.Length - WholePart(row.Amount).Length - 1);
        return row.Amount.Length == 0 || FractionDigits == 0 ? row.Amount
            : missing > FractionDigits ? $"{row.Amount}{PointSpace}{new string(FigureSpace, FractionDigits)}"
            : row.Amount + new string(FigureSpace, missing);
    }

    /// <summary>Before the decimal point.</summary>
    public static string WholePart(string amount) => amount.IndexOf('.', StringComparison.Ordinal) is >= 0 and var point ? amount[..point] : amount;

    public (IReadOnlyList<string> Reasons, IReadOnlyList<string> References) Lines(RecordLine row) =>
        (TextFit.Lines(row.Reason, ReasonEm), TextFit.Lines(row.Reference, ReferenceEm));
}
