namespace PacSpace.Infrastructure.Persistence;

/// <summary>Where a private cluster lives and how it is started.</summary>
public sealed record EmbeddedPostgresOptions
{
    /// <summary>The application's data folder. The cluster is <c>postgres</c> in it, its log <c>postgres.log</c>.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The database that <see cref="EmbeddedPostgres.ConnectionString"/> names; made when absent.</summary>
    public string Database { get; init; } = "pacspace";

    /// <summary>Also listen on this port of 127.0.0.1, with a password (<c>postgres.password</c>). Without it only the
    /// Unix socket is served, and only to the account that runs the application.</summary>
    public int? LoopbackPort { get; init; }

    /// <summary>False turns fsync, synchronous commit and full-page writes off. For tests that do not kill anything: a
    /// cluster once run like this may be lost with the machine's next crash.</summary>
    public bool IsDurable { get; init; } = true;

    /// <summary>The folder with <c>postgres</c> and <c>initdb</c>; found by looking when null.</summary>
    public string? BinDirectory { get; init; }

    /// <summary>How long a start may take, crash recovery included (at most <c>max_wal_size</c>, 2 GB, is replayed).</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(10);
}
