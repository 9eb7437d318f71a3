using System.Collections.Concurrent;
using System.Diagnostics;

namespace PacSpace.Portal.Tests;

/// <summary>What is asked of one database while this lives.</summary>
internal sealed class TakenStatements : IDisposable
{
    private readonly ConcurrentQueue<string> _taken = new();
    private readonly ActivityListener _listener;

    public TakenStatements(string database)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                var tags = activity.TagObjects.ToDictionary(tag => tag.Key, tag => tag.Value?.ToString());
                if ((tags.GetValueOrDefault("db.namespace") ?? tags.GetValueOrDefault("db.name")) == database)
                    _taken.Enqueue(tags.GetValueOrDefault("db.query.text") ?? tags.GetValueOrDefault("db.statement") ?? activity.DisplayName);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyCollection<string> Taken => _taken;

    public void Dispose() => _listener.Dispose();
}
