using System.Diagnostics;
using System.Globalization;
using MediatR;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Import;

/// <summary>pacspace import FILE.csv</summary>
internal sealed class ImportUsageCommand(IMediator sender) : OperatorCommand
{
    private const string UrlSetting = "PACSPACE_URL";
    private const string KeySetting = "PACSPACE_API_KEY";
    private const int DefaultPatienceSeconds = 600;
    private const int MaxPatienceSeconds = 7 * 24 * 3600;

    public override void Configure()
    {
        Named("import");
        Summary("Records a CSV file of usage through an installation's API. Killed and called again it goes on where it was, and doubles nothing.");
        Argument("FILE.csv", "UTF-8; the first line names the columns");
        Option("customer", "EXPR", "a column, or a template such as cust_{row % 40}", isRequired: true);
        Option("delta", "EXPR", "arithmetic over columns, such as -(ContextTokens + GeneratedTokens)", isRequired: true);
        Option("reason", "TEXT", "a column, a template, or fixed words (default: usage)");
        Option("reference", "EXPR", "as --customer, or none (default: the file's digest and the line)");
        Option("metadata", "COLUMNS", "columns that go with each record, with commas between");
        Option("vendor-account", "ID", "required under billing middleware");
        Option("url", "URL", $"the installation (default: ${UrlSetting}, else http://localhost:5000)");
        Option("key", "KEY", $"an API key (default: ${KeySetting}, which no list of processes shows)");
        Option("delimiter", "CHAR", "between fields (default: a comma; tab for a tab)");
        Option("state", "FILE", "where it is kept how far the import is (default: beside the input)");
        Option("patience", "SECONDS", "how long no answer but \"later\" is waited for (default: 600)");
        UsesNoInstallation();
    }

    /// <returns>0 when every row is recorded, 1 when rows were refused or the rest has to wait.</returns>
    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct)
    {
        using var line = new ProgressLine(output.Complaints);
        var key = input.Text("key") ?? Environment.GetEnvironmentVariable(KeySetting) ?? throw new CommandUsageException($"--key is missing, and so is ${KeySetting}");
        var request = new ImportUsage(
            input.Arguments[0], input.Text("url") ?? Environment.GetEnvironmentVariable(UrlSetting) ?? "http://localhost:5000", key,
            input.Text("customer")!, input.Text("delta")!, input.Text("reason") ?? "usage", input.Text("reference"),
            input.Text("metadata")?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [], input.Text("vendor-account"),
            input.Text("delimiter") is "tab" ? "\t" : input.Text("delimiter"), input.Text("state"),
            input.WholeNumber("patience", DefaultPatienceSeconds, 1, MaxPatienceSeconds))
        { Progress = new Watcher(line) };
        var outcome = await sender.Send(request, ct);
        line.Clear();
        var shown = output.Show(outcome, done => Show(done, output));
        if (!outcome.Accepted(out var imported, out var refusal)) return refusal.Code == Pipeline.RefusalCode.ValidationError ? ExitCode.Usage : shown;
        return imported is { Refused: 0, Stopped: null } ? ExitCode.Done : ExitCode.Refused;
    }

    private static void Show(UsageImported done, CommandOutput output)
    {
        output.Answers.WriteLine(Text($"{done.Rows:N0} rows: {done.Recorded:N0} recorded, {done.Replayed:N0} recorded before, {done.Refused:N0} refused"));
        if (done.RefusedFile is { } file) output.Complaints.WriteLine($"The refused rows, with line and reason: {file}");
        if (done.Stopped is { } why) output.Complaints.WriteLine($"pacspace: stopped: {why}\nThe same command goes on from here.");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Rate over the whole run, time left by the bytes that are left.</summary>
    private sealed class Watcher(ProgressLine line) : IProgress<ImportProgress>
    {
        private readonly long _since = Stopwatch.GetTimestamp();

        public void Report(ImportProgress value)
        {
            if (value.Waiting is { } why)
            {
                line.Show(Text($"{value.Rows:N0} rows; waiting: {why}"));
                return;
            }

            var elapsed = Stopwatch.GetElapsedTime(_since).TotalSeconds;
            var done = value.Bytes - value.BytesAtStart;
            var left = done > 0 ? TimeSpan.FromSeconds(elapsed / done * (value.TotalBytes - value.Bytes)) : TimeSpan.Zero;
            line.Show(Text(
                $"{value.Rows:N0} rows, {100.0 * value.Bytes / Math.Max(1, value.TotalBytes):0.0}%, {value.RowsOfThisRun / Math.Max(0.001, elapsed):N0} rows/s, {left:d\\.hh\\:mm\\:ss} left, {value.Refused:N0} refused"));
        }
    }
}
