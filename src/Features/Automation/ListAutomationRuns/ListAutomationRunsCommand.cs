using System.Globalization;
using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Automation;

/// <summary>pacspace automation runs</summary>
internal sealed class ListAutomationRunsCommand(IMediator sender, TenantCallers callers) : OperatorCommand
{
    public override void Configure()
    {
        Named("automation runs");
        Summary("Lists a tenant's runs that began by themselves, newest first.");
        Option("tenant", "TENANT", "a tenant id", isRequired: true);
        Option("environment", "ENV", "sandbox or production", isRequired: true);
        Option("vendor-account", "ID", "of a billing middleware; all when left out");
        Option("limit", "N", "how many at the most (default 25)");
        Option("cursor", "TEXT", "goes on behind an earlier list");
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct)
    {
        if (!(await callers.FindAsync(input.Text("tenant")!, input.Text("environment")!, ct)).Accepted(out var caller, out var refusal)) return output.Refuse(refusal);
        var limit = input.WholeNumber("limit", ListAutomationRunsValidator.DefaultLimit, min: 1, max: ListAutomationRunsValidator.MaxLimit);
        return output.Show(await sender.Send(new ListAutomationRuns(caller, input.Text("vendor-account"), limit, input.Text("cursor")), ct), list =>
        {
            output.Table(
                ["RUN", "CADENCE", "START", "STATUS", "CUSTOMERS", "COMMITTED", "EXISTING", "SKIPPED"],
                list.Runs.Select(run => (IReadOnlyList<string>)
                [
                    run.CheckpointRunId, run.Cadence, run.StartDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), run.Status, Number(run.TotalCustomers),
                    Number(run.CommittedCount), Number(run.ExistingCount), Number(run.SkippedCount),
                ]));
            if (list.NextCursor is { } next) output.Complaints.WriteLine($"There are more: --cursor {next}");
        });
    }

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);
}
