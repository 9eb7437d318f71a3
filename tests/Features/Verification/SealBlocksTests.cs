using MediatR;
using Microsoft.Extensions.DependencyInjection;
using PacSpace.Features.Pipeline;
using PacSpace.Features.Verification;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Verification;

public sealed class SealBlocksTests(PostgresFixture postgres)
{
    [Fact]
    public async Task What_is_emitted_is_verified_within_the_second_and_derives_again()
    {
        await using var host = await HostFixture.StartAsync(postgres);
        var tenant = await host.CreateTenantAsync();
        var emitted = await tenant.PostAsync("/api/v1/balance/delta", new { customerId = "cust_1", delta = -1.5, reason = "tokens" });
        var recordId = emitted.Data.GetProperty("recordId").GetString();
        await Eventually.HoldsAsync(async () => (await tenant.GetAsync($"/api/v1/balance/delta/{recordId}")).Data.GetProperty("status").GetString() == "VERIFIED");
        Assert.DoesNotContain(host.Log.Lines, line => line.StartsWith("Critical", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_step_of_one_environment_seals_nothing_of_the_other_and_of_no_third()
    {
        await using var host = await HostFixture.StartAsync(postgres);
        Assert.True((await SendAsync(host, "sandbox")).Accepted(out var step, out _));
        Assert.Equal(new BlocksSealed(MaySeal: true, 0, 0, HasMore: false, null), step);
        Assert.False((await SendAsync(host, "staging")).Accepted(out _, out var refusal));
        Assert.Equal(RefusalCode.ValidationError, refusal.Code);
    }

    private static async Task<Outcome<BlocksSealed>> SendAsync(PacSpaceHost host, string environment)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new SealBlocks(environment));
    }
}
