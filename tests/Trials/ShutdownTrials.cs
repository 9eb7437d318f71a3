using PacSpace.Testing;

namespace PacSpace.Trials.Tests;

/// <summary>A server that is told to stop.</summary>
public sealed class ShutdownTrials(ITestOutputHelper output)
{
    [Fact]
    public async Task SIGTERM_answers_what_was_accepted_before_the_process_ends()
    {
        using var folder = new TemporaryFolder();
        await using var it = await TrialInstallation.EmbeddedAsync(folder);
        await using var load = new Load(it, await it.CreateKeyAsync(), Unanswered.Ends);
        load.Start();
        await load.AnswersAsync(100);

        var exitCode = await it.Node.StopAsync();
        await load.EndsAsync();
        output.WriteLine($"exit code {exitCode}; {load.Summary}");

        Assert.Equal(0, exitCode);
        await it.Node.StartAsync();
        var rows = await it.RowsAsync();
        load.IsThereOnceOrNotAtAll(rows);
        var stored = rows.Select(row => row.ReferenceId).ToHashSet();
        var unanswered = load.Requests.Where(request => request.Answer is null).ToList();
        Assert.True(unanswered.Count <= Sizes.Workers);
        Assert.All(unanswered, request => Assert.DoesNotContain(request.Items[0].ReferenceId, stored));
        await load.SettleAsync();
        await it.SealedAsync();
        load.IsThereOnce(await it.RowsAsync());
        await it.AuditIsCleanAsync(load.Requests.Sum(request => request.Items.Count));
    }
}
