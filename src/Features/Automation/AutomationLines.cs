using PacSpace.Features.Commands;

namespace PacSpace.Features.Automation;

/// <summary>Settings as the operator reads them.</summary>
internal static class AutomationLines
{
    public static void Write(CommandOutput output, CheckpointAutomation automation)
    {
        output.Answers.WriteLine(automation.Enabled
            ? $"{automation.Environment}: {automation.Cadence}, {automation.DelayMinutes} minutes after the end; next at {automation.NextRunAt:u}."
            : $"{automation.Environment}: off.");
        if (automation.LastRunAt is { } last) output.Answers.WriteLine($"Last run at {last:u}: {automation.LastRunStatus}.");
    }
}
