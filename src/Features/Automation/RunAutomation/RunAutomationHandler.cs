using MediatR;
using PacSpace.Features.Account;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Automation;

internal sealed class RunAutomationHandler(TenantCallers callers, VendorAccounts vendorAccounts, AutomationRows rows, AutomationRuns runs)
    : IRequestHandler<RunAutomation, Outcome<AutomationStep>>
{
    /// <summary>Two nodes that work on the same window find the same runs, so a step that takes longer only costs its work twice.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    public async Task<Outcome<AutomationStep>> Handle(RunAutomation request, CancellationToken ct)
    {
        await runs.TakeUpSkippedAsync(ct);
        if (await rows.TakeDueAsync(Lease, ct) is not { } due) return new AutomationStep(HasMore: false, await rows.FindNextDueAsync(ct));

        // Crash window 1: the lease is taken and nothing begun; it runs out, and any node takes the same window.
        var window = due.Settings.NextWindow;
        if (!(await callers.FindAsync(due.TenantId, due.Environment, ct)).Accepted(out var caller, out var refusal)) return refusal;
        if (!(await vendorAccounts.LedgersToReadAsync(caller, null, ct)).Accepted(out var ledgers, out refusal)) return refusal;
        foreach (var ledger in ledgers.Ledgers)
        {
            // Crash window 2: some ledgers have their run and others not. A closed window has one run for ever, so whoever comes
            // next finds those and begins the others; the runs themselves are worked off by their own schedule.
            await runs.BeginAsync(ledger, due.Settings.Cadence, window, ct);
        }

        // Crash window 3: all runs are begun and the window does not count as done: it is taken once more and nothing is new.
        await rows.ChangeAsync(due.TenantId, due.Environment, settings => settings.Closed(window), ct);
        return new AutomationStep(HasMore: true, null);
    }
}
