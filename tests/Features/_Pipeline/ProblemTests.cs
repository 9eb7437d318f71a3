using Npgsql;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Ingest;
using Xunit;

namespace PacSpace.Features.Tests.Pipeline;

/// <summary>Refusals, faults and bugs never wear each other's clothes.</summary>
public sealed class ProblemTests
{
    [Fact]
    public void A_bug_is_INTERNAL_and_says_no_more_than_the_request_id()
    {
        var problem = Problem.Of(new InvalidOperationException("the secret of the house"), "req-1");
        Assert.Equal((500, "INTERNAL"), (problem.Status, problem.Code));
        Assert.DoesNotContain("secret", problem.Message, StringComparison.Ordinal);
        Assert.Contains("req-1", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_world_failing_is_503_with_a_time_to_come_back()
    {
        Exception[] faults = [new NpgsqlException("gone"), new TimeoutException(), new WriterUnavailableException("stopping"), new InvalidOperationException("", new NpgsqlException("gone"))];
        Assert.All(faults, fault => Assert.Equal((503, RefusalCode.ServiceUnavailable.Name, (int?)1), (Problem.Of(fault, "r").Status, Problem.Of(fault, "r").Code, Problem.Of(fault, "r").RetryAfterSeconds)));
    }
}
