using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Service;

public sealed class CheckReadinessTests(HostFixture fixture) : IClassFixture<HostFixture>
{
    private readonly PacSpaceHost _host = fixture.Host;

    [Fact]
    public async Task A_node_with_its_database_is_ready()
    {
        var answer = await _host.GetAsync("/readyz");

        Assert.Equal("ok", answer.Json.GetProperty("checks").GetProperty("database").GetString());
        Assert.Equal("1.0.0", answer.Json.GetProperty("version").GetString());
    }

    [Fact]
    public async Task Liveness_touches_nothing_and_says_ok()
    {
        var answer = await _host.GetAsync("/healthz");

        Assert.Equal((200, "ok", "text/plain"), (answer.Status, answer.Text, answer.Header("Content-Type")));
    }
}
