using Xunit;

namespace PacSpace.Portal.Tests;

public sealed class ServeOptionsTests
{
    [Theory]
    [InlineData("", null, null)]
    [InlineData("--port 8080", 8080, null)]
    [InlineData("--port=8080 --data=/var/lib/pacspace", 8080, "/var/lib/pacspace")]
    [InlineData("--data here --port 1", 1, "here")]
    public void Options_are_read(string words, int? port, string? data)
    {
        Assert.True(ServeOptions.TryRead(words.Split(' ', StringSplitOptions.RemoveEmptyEntries), out var options, out _));
        Assert.Equal((port, data), (options.Port, options.Data));
    }

    [Theory]
    [InlineData("--port", "--port must be a number from 1 to 65535")]
    [InlineData("--port 0", "--port must be a number from 1 to 65535")]
    [InlineData("--port 65536", "--port must be a number from 1 to 65535")]
    [InlineData("--data", "--data needs a folder")]
    [InlineData("--verbose", "there is no option --verbose")]
    public void What_cannot_be_read_is_said(string words, string complaint)
    {
        Assert.False(ServeOptions.TryRead(words.Split(' '), out _, out var said));
        Assert.Equal(complaint, said);
    }
}
