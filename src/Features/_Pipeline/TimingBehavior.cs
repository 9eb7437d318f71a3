using MediatR;
using Microsoft.Extensions.Logging;
using PacSpace.Infrastructure.Metering;

namespace PacSpace.Features.Pipeline;

/// <summary>Measures every operation, and names in the log the one that was slow.</summary>
internal sealed class TimingBehavior<TRequest, TResponse>(TimeProvider clock, ILogger<TimingBehavior<TRequest, TResponse>> logger)
    : IPipelineBehavior<TRequest, TResponse>
{
    private static readonly KeyValuePair<string, object?> s_operation = new("operation", typeof(TRequest).Name);

    public async Task<TResponse> Handle(TRequest request, CancellationToken ct, RequestHandlerDelegate<TResponse> next)
    {
        var since = clock.GetTimestamp();
        try
        {
            return await next();
        }
        finally
        {
            var took = clock.GetElapsedTime(since);
            PacSpaceMeter.OperationSeconds.Record(took.TotalSeconds, s_operation);
            if (took >= OperationTime.Slow && request is not IOperatorRequest) logger.LogWarning("{Operation} took {Milliseconds} ms", typeof(TRequest).Name, (long)took.TotalMilliseconds);
        }
    }
}

internal static class OperationTime
{
    /// <summary>Longer than the five seconds that some operations wait on purpose for a seal.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromSeconds(6);
}
