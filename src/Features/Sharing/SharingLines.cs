using PacSpace.Features.Commands;

namespace PacSpace.Features.Sharing;

/// <summary>Sharing as the operator reads it.</summary>
internal static class SharingLines
{
    public static void Write(CommandOutput output, CustomerSharing sharing)
    {
        output.Answers.WriteLine($"{sharing.CustomerId}: {sharing.SharingState}, policy {sharing.Policy}, which is {sharing.EffectivePolicy}.");
        if (sharing.CustomerLinkUrl is { } url) output.Answers.WriteLine(url);
        output.Answers.WriteLine($"Failed codes: {sharing.AccessCode.FailureCount} of {sharing.AccessCode.FailureBudget}. Open sessions: {sharing.ActiveSessions}.");
    }

    public static void Write(CommandOutput output, SharingSettingsShown settings) => output.Answers.WriteLine(
        $"Default policy {settings.DefaultPolicy}; new customers get {(settings.AutoCreateLinks ? "a link by themselves" : "no link by themselves")}.");

    public static void Write(CommandOutput output, EmbedOriginsShown shown)
    {
        if (shown.Origins.Count == 0) output.Answers.WriteLine("No site may show receipts in a frame.");
        foreach (var origin in shown.Origins) output.Answers.WriteLine(origin);
    }

    public static void WriteCode(CommandOutput output, string? code) => output.Answers.WriteLine(code is null ? "No code is asked for: the policy is OPEN." : $"Access code: {code}");
}
