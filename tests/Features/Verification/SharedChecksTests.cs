using PacSpace.Evidence;
using PacSpace.Features.Verification;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Verification;

public sealed class SharedChecksTests
{
    private static readonly Hash s_root = Hash.Sha256([1]);

    [Fact]
    public async Task All_who_ask_at_once_share_one_recompute()
    {
        using var checks = new SharedChecks(new FakeClock());
        var (runs, gate) = (0, new TaskCompletionSource<bool>());
        var asked = Enumerable.Range(0, 20).Select(_ => checks.AskAsync(s_root, _ =>
        {
            Interlocked.Increment(ref runs);
            return gate.Task;
        }, default)).ToList();
        gate.SetResult(true);

        Assert.All(await Task.WhenAll(asked), Assert.True);
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task A_fault_is_no_result_and_the_next_who_asks_tries_again()
    {
        using var checks = new SharedChecks(new FakeClock());

        await Assert.ThrowsAsync<TimeoutException>(() => checks.AskAsync(s_root, _ => throw new TimeoutException("the database is away"), default));
        Assert.True(await checks.AskAsync(s_root, _ => Task.FromResult(true), default));
    }

    [Fact]
    public async Task Who_stops_waiting_leaves_it_going_on()
    {
        using var checks = new SharedChecks(new FakeClock());
        var gate = new TaskCompletionSource<bool>();
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => checks.AskAsync(s_root, _ => gate.Task, impatient.Token));
        gate.SetResult(true);

        Assert.True(await checks.AskAsync(s_root, _ => Task.FromResult(false), default));
    }

    [Fact]
    public async Task One_that_takes_too_long_has_no_answer_yet()
    {
        using var checks = new SharedChecks(new FakeClock());
        var gate = new TaskCompletionSource<bool>();

        var patient = await checks.AskAsync(s_root, _ => gate.Task, default);
        gate.SetResult(true);

        Assert.Null(patient);
        Assert.True(await checks.AskAsync(s_root, _ => Task.FromResult(false), default));
    }
}
