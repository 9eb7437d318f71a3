using PacSpace.Features.Tests.Documented;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Balance;

/// <summary>GET /api/v1/balance/limits</summary>
public sealed class GetLimitsHttpTests(HostFixture fixture) : IClassFixture<HostFixture>
{
    [Fact]
    public async Task The_limits_are_those_of_the_document()
    {
        var tenant = await fixture.Host.CreateTenantAsync();

        var answer = await tenant.GetAsync("/api/v1/balance/limits");

        Assert.Equal("200", answer.ToString());
        DocumentedExample.Is(DocumentedOperation.Of("3.7").Answer, answer.Data);
        Assert.Equal(string.Concat(DocumentedOperation.Of("3.7").Answer.Where(c => !char.IsWhiteSpace(c))), answer.Text);
    }

    [Fact]
    public async Task The_cadence_is_the_tenants()
    {
        var tenant = await fixture.Host.CreateTenantAsync();
        await fixture.Host.ExecuteAsync("UPDATE tenants SET cadence_interval_seconds = 7 WHERE tenant_id = $1", tenant.TenantId);

        Assert.Equal(7, (await tenant.GetAsync("/api/v1/balance/limits")).Data.Number("cadenceIntervalSeconds"));
    }
}
