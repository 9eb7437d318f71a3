using MediatR;
using Microsoft.Extensions.DependencyInjection;
using PacSpace.Features.Account;
using PacSpace.Features.Automation;
using PacSpace.Features.Checkpoints;
using PacSpace.Features.Pipeline;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Automation;

/// <summary>What the schedules do, step by step.</summary>
internal static class AutomationScenario
{
    public static async Task<CheckpointAutomation> SetAsync(this PacSpaceHost host, TestTenant tenant, string cadence, int delayMinutes = 5, bool enabled = true)
    {
        var outcome = await host.SendAsync(new UpdateCheckpointAutomation(await host.CallerAsync(tenant), enabled, cadence, delayMinutes));
        Assert.True(outcome.Accepted(out var automation, out var refusal), refusal?.Message);
        return automation;
    }

    public static async Task<Caller> CallerAsync(this PacSpaceHost host, TestTenant tenant)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var found = await scope.ServiceProvider.GetRequiredService<TenantCallers>().FindAsync(tenant.TenantId, tenant.Environment, CancellationToken.None);
        Assert.True(found.Accepted(out var caller, out var refusal), refusal?.Message);
        return caller;
    }

    public static async Task<TResponse> SendAsync<TResponse>(this PacSpaceHost host, IRequest<TResponse> request, CancellationToken ct = default)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request, ct);
    }

    /// <summary>Until nothing is due and no run is unfinished, as far as this node may see.</summary>
    public static async Task WorkOffAsync(this PacSpaceHost host, CancellationToken ct = default)
    {
        while (await host.BeginDueAsync(ct))
        {
        }

        while ((await host.SendAsync(new RunCheckpoints(2), ct)).Accepted(out var run, out _) && run.HasMore)
        {
        }
    }

    public static async Task<bool> BeginDueAsync(this PacSpaceHost host, CancellationToken ct = default)
    {
        var outcome = await host.SendAsync(new RunAutomation(), ct);
        Assert.True(outcome.Accepted(out var step, out var refusal), refusal?.Message);
        return step.HasMore;
    }
}
