using Microsoft.Extensions.Logging;
using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Signing;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>What came of one tick.</summary>
public enum SealResult
{
    /// <summary>Another node seals this environment.</summary>
    NotElected,

    /// <summary>Mark and database differ; nothing is signed, and writes are refused, until they agree or an operator decides.</summary>
    Refused,

    /// <summary>There was nothing to seal.</summary>
    Idle,

    Sealed,
}

/// <param name="HasMore">The tick took its full share: the next should follow at once.</param>
/// <param name="Reason">Why it was refused.</param>
public sealed record SealOutcome(SealResult Result, long RecordCount = 0, int CheckpointCount = 0, bool HasMore = false, string? Reason = null);

/// <summary>Seals one environment's records and checkpoints into its log (evidence format, sections 5 and 7).</summary>
/// <remarks>
/// <para>A tick is these steps, each a method; what holds when the process ends between two of them stands at
/// <see cref="TickAsync"/>. Recovery after any of them is <see cref="ReconcileAsync"/>, through the same methods.</para>
/// <para>State is owned by whoever ticks; ticks wait for each other. It is true only while the session lasts: whatever fails, the
/// session is given up with all that was remembered, and the next tick begins from mark and database.</para>
/// </remarks>
public sealed class Sealer : IAsyncDisposable
{
    private static readonly TimeSpan RetryStopped = TimeSpan.FromSeconds(1);

    private readonly string _environment;
    private readonly SealerServices _services;
    private readonly IMark _mark;
    private readonly IReadOnlyList<LogSigner> _signers;
    private readonly SealedCustomers _customers;
    private readonly SealGatherer _gatherer;
    private readonly SealHealer _healer;

    private readonly SemaphoreSlim _oneAtATime = new(1);

    private SealSession? _session;
    private LogEdge? _edge;
    private MarkContent? _kept;
    private long _turn;
    private long? _stoppedLookedAt;

    /// <param name="environment"><c>sandbox</c> or <c>production</c>.</param>
    /// <param name="mark">Of this environment's log.</param>
    /// <param name="signers">The key that signs first; a second one only while keys change over.</param>
    internal Sealer(string environment, SealerServices services, IMark mark, IReadOnlyList<LogSigner> signers)
    {
        (_environment, _services, _mark, _signers) = (environment, services, mark, signers);
        _customers = new SealedCustomers(services.FrontierMac);
        _gatherer = new SealGatherer(environment, _customers, services.RecordIds, new AnswerSearch(services.Database, services.Clock));
        _healer = new SealHealer(environment, services);
    }

    public string Environment => _environment;

    internal bool IsElected => _session is not null;

    /// <summary>Seals what waits, up to a tick's share.</summary>
    /// <exception cref="NpgsqlException">The database failed. The outcome of a commit may be unknown; the next tick finds out.</exception>
    /// <exception cref="IOException">The mark cannot be reached. Nothing was signed.</exception>
    /// <exception cref="SealConflictException">Another hand moved mark or database. Nothing was committed.</exception>
    public async Task<SealOutcome> TickAsync(CancellationToken ct)
    {
        await _oneAtATime.WaitAsync(ct);
        try
        {
            if (!await ElectAsync(ct)) return Note(new SealOutcome(SealResult.NotElected));
            if (_edge is null && await ReconcileAsync(ct) is { } refusal) return Note(new SealOutcome(SealResult.Refused, Reason: refusal));
            _healer.RunBeside();
            var work = await GatherAsync(ct);
            if (_edge is null) return Note(new SealOutcome(SealResult.Idle, HasMore: true));
            if (work is null) return Note(new SealOutcome(SealResult.Idle));

            // Crash window 1: nothing but rows read. Nobody knows of the plan; the next tick plans anew, perhaps otherwise.
            Sign(work);

            // Crash window 2: a tree head is signed in memory and was shown to nobody. It is as if it had not been signed.
            await KeepAsync(work, ct);

            // Crash window 3: the mark keeps the head, the database has none of it. Whoever comes next finds the mark one ahead,
            // rebuilds exactly these entries and commits this head. No other head of this size can be signed any more.
            await CommitAsync(work, ct);

            // Crash window 4: all is true and in step, and only this process's waiters were not told. Others ask the database.
            Publish(work);
            return Note(Outcome(work));
        }
        catch
        {
            await ResignAsync();
            throw;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Gives up the lock, so that another node takes over at once. A later tick may take it again.</summary>
    public async ValueTask DisposeAsync()
    {
        await _oneAtATime.WaitAsync();
        try
        {
            await ResignAsync();
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>How mark and database stand to each other, for an operator. Changes nothing and needs no lock.</summary>
    public async Task<MarkDifference> CompareAsync(CancellationToken ct)
    {
        await using var connection = await _services.Database.OpenConnectionAsync(ct);
        var database = await LogStore.ReadHeadAsync(connection, _environment, ct);
        var mark = await _mark.ReadAsync(ct);
        return new MarkDifference((MarkVerdict.Compare(mark, database) as MarkVerdict.Refused)?.Reason
            ?? await UnrebuiltAsync(connection, mark, database, ct), MarkVerdict.SizeKept(mark), database?.Size ?? 0);
    }

    /// <summary>Makes the mark keep the database's tree head: an operator's decision. Null when it is done, otherwise why not.</summary>
    /// <remarks>A swap like any other: a sealer that signs at the same time wins or loses it as a whole.</remarks>
    public async Task<string?> AdoptAsync(CancellationToken ct)
    {
        await using var connection = await _services.Database.OpenConnectionAsync(ct);
        var mark = await _mark.ReadAsync(ct);
        var database = await LogStore.ReadHeadAsync(connection, _environment, ct);
        if (database?.Note is null)
        {
            // Only an empty log has no head, when it was refused before it was begun.
            await LogStore.CreateAsync(connection, _environment, SignEmpty().Note, Keys(_services.NewOrigin(_environment)), Now(Timestamp.MinValue), ct);
            database = await LogStore.ReadHeadAsync(connection, _environment, ct);
        }

        if (await LogStore.ReadEdgeAsync(connection, _environment, database!.Note!, ct) is null)
            return "The stored nodes of the log do not give the root of its tree head; the database is damaged beyond what adopting can decide";
        if (!SignedTreeHead.TryParse(database.Note!, out var head) || !Keys(database.Origin).Any(head.IsSignedBy))
            return "No key of this installation signed the database's tree head; it belongs to another";
        ReadOnlyMemory<byte>? expected = mark is null ? (ReadOnlyMemory<byte>?)null : mark;
        return await _mark.SwapAsync(expected, MarkContent.Settled(database.Note!).ToBytes(), ct)
            ? null : "The mark moved at the same moment; look again";
    }

    /// <summary>A kept head that the sealer could not rebuild looks like a step that is still to be taken; the refusal says so.</summary>
    private async Task<string?> UnrebuiltAsync(NpgsqlConnection connection, byte[]? mark, DatabaseHead? database, CancellationToken ct) =>
        MarkVerdict.Compare(mark, database) is MarkVerdict.OneAhead && database is { IsDoNotWrite: true } && LogStore.IsLiftable(database)
            ? database.Reason
            : database?.Note is { } note && await LogStore.ReadEdgeAsync(connection, _environment, note, ct) is null
                ? "the stored nodes of the log do not give the root of its tree head" : null;

    internal async Task<bool> ElectAsync(CancellationToken ct)
    {
        if (_session is not null) return true;
        _session = await SealSession.TryOpenAsync(_services.Database, _environment, ct);
        return _session is not null;
    }

    /// <summary>Brings mark and database together, as the first thing of a start or a take-over. Null when they are in step
    /// and sealing may go on, otherwise why not.</summary>
    internal async Task<string?> ReconcileAsync(CancellationToken ct)
    {
        _customers.Forget();
        var database = await LogStore.ReadHeadAsync(Connection, _environment, ct);
        var mark = await _mark.ReadAsync(ct);
        switch (MarkVerdict.Compare(mark, database))
        {
            case MarkVerdict.NewLog:
                // Crash window 5: no log, or a log of size 0 without a mark. The start that finds it makes the mark from it.
                await LogStore.CreateAsync(Connection, _environment, SignEmpty().Note, Keys(_services.NewOrigin(_environment)), Now(Timestamp.MinValue), ct);
                return await ReconcileAsync(ct);

            case MarkVerdict.NewMark:
                if (!await _mark.SwapAsync(null, MarkContent.Settled(database!.Note!).ToBytes(), ct)) throw Moved();
                return await ReconcileAsync(ct);

            case MarkVerdict.InStep inStep:
                if (database!.IsDoNotWrite && !LogStore.IsLiftable(database)) return OperatorsReason(database);
                if (await LogStore.ReadEdgeAsync(Connection, _environment, inStep.Mark.Head, ct) is not { } edge)
                    return await RefuseAsync("the stored nodes of the log do not give the root of its tree head", database.Origin, ct);
                await LogStore.LiftAsync(Connection, _environment, ct);
                await LogStore.PublishKeysAsync(Connection, _environment, Keys(edge.Origin), edge.Size, ct);
                (_kept, _edge) = (inStep.Mark, edge);
                return null;

            case MarkVerdict.OneAhead oneAhead:
                if (database!.IsDoNotWrite && !LogStore.IsLiftable(database)) return OperatorsReason(database);
                return await RecoverAsync(oneAhead.Mark, database!, ct) is { } reason
                    ? await RefuseAsync(reason, database!.Origin, ct) : await ReconcileAsync(ct);

            case MarkVerdict.Refused refused:
                return await RefuseAsync(refused.Reason, database?.Origin ?? _services.NewOrigin(_environment), ct);

            case var verdict:
                throw new InvalidOperationException($"No one decided what to do about {verdict}.");
        }
    }

    /// <summary>Reads and decides. Null when there is nothing to seal; then, if the log is not where it was, the sealer also
    /// forgets where it thought it was.</summary>
    internal async Task<SealWork?> GatherAsync(CancellationToken ct)
    {
        var now = System.Environment.TickCount64;
        var withStopped = _stoppedLookedAt is not { } before || now - before >= RetryStopped.TotalMilliseconds;
        if (withStopped) _stoppedLookedAt = now;
        var backlog = await _gatherer.LookAsync(Connection, withStopped, ct);
        if (backlog.IsDoNotWrite || backlog.LogSize != _edge!.Size)
        {
            _edge = null;
            return null;
        }

        if (backlog.Ledgers.Count == 0 && backlog.Checkpoints.Count == 0) return null;
        return await _gatherer.GatherAsync(Connection, _edge, backlog, _turn++, Now(_edge.SignedAt), ct);
    }

    internal void Sign(SealWork work) => work.Head = Sign(work.Plan.Head);

    /// <summary>Step (1) of section 5: the mark. From here on this head, and no other of its size, is the log's.</summary>
    internal async Task KeepAsync(SealWork work, CancellationToken ct)
    {
        var next = new MarkContent(_edge!.Note, work.Plan.Entries, work.Head!.Note);
        if (!await _mark.SwapAsync(_kept!.ToBytes(), next.ToBytes(), ct)) throw Moved();
        _kept = next;
    }

    /// <summary>Step (2) of section 5: the database.</summary>
    internal Task CommitAsync(SealWork work, CancellationToken ct) => SealCommit.RunAsync(
        Connection, _environment, work.Plan, work.Head!, work.Submissions, work.Months, _services.FrontierMac, work.At, work.At, ct);

    /// <summary>Step (3) of section 5: only now is anybody told.</summary>
    internal void Publish(SealWork work)
    {
        _edge = new LogEdge(_edge!.Origin, work.Plan.Frontier, work.Head!.Note, work.At);
        foreach (var (customer, month) in work.Months.Latest)
        {
            (customer.End, customer.Month) = (new ChainEnd(month.LastSeq, month.LastLeaf, month.Closing, IsSound: true), month.Edge);
            if (month.Edge is null) _customers.Forget(customer.LedgerNo, customer.CustomerNo);
        }

        foreach (var failed in work.Plan.Runs.SelectMany(r => r.Decision.Failed)) _customers.Forget(failed.LedgerNo, failed.CustomerNo);
        _services.Watch.Publish(
            work.Plan.Runs.ToDictionary(r => r.Decision.Span.LedgerNo, r => r.Decision.End),
            work.Plan.Entries.OfType<PlannedCheckpoint>().Select(c => c.CheckpointId).ToHashSet());
        _services.Webhooks.Ring();
        SealHealth.NoteSealed(_environment, work);
    }

    /// <summary>Commits the tree head that the mark keeps, through the steps of an ordinary tick. Null when it is done.</summary>
    private async Task<string?> RecoverAsync(MarkContent mark, DatabaseHead database, CancellationToken ct)
    {
        if (!SignedTreeHead.TryParse(mark.Head, out var head) || !Keys(database.Origin).Any(head.IsSignedBy))
            return "the mark keeps a tree head that no key of ours signed";
        if (await LogStore.ReadEdgeAsync(Connection, _environment, mark.Before, ct) is not { } edge)
            return "the stored nodes of the log do not give the root of its tree head";
        var work = await _gatherer.GatherAgainAsync(Connection, edge, mark, Now(edge.SignedAt), ct);
        if (work is null || work.Plan.Head != head.Head)
            return $"the rows do not give the tree head of size {head.Head.Size} that the mark keeps";

        work.Head = head;
        (_kept, _edge) = (mark, edge);
        await LogStore.LiftAsync(Connection, _environment, ct);
        await CommitAsync(work, ct);
        Publish(work);
        _services.Logger.LogWarning(
            "Sealer of {Environment}: committed the tree head of size {Size} that an earlier sealer had kept and not committed.",
            _environment, work.Plan.Size);
        _edge = null;
        return null;
    }

    private static string OperatorsReason(DatabaseHead database) => database.Reason ?? "an operator set the log to do not write";

    private async Task<string> RefuseAsync(string reason, string origin, CancellationToken ct)
    {
        await LogStore.RefuseAsync(Connection, _environment, origin, reason, ct);
        return reason;
    }

    private async Task ResignAsync()
    {
        var session = _session;
        (_session, _edge, _kept) = (null, null, null);
        _customers.Forget();
        if (session is not null) await session.DisposeAsync();
    }

    private SealOutcome Note(SealOutcome outcome)
    {
        _services.Health.Note(_environment, outcome);
        return outcome;
    }

    private static SealOutcome Outcome(SealWork work) => new(
        SealResult.Sealed, work.Plan.RecordCount, work.Plan.Entries.Count - work.Plan.Blocks.Count,
        HasMore: work.Plan.RecordCount >= SealShare.MaxRecords / 2 || work.Plan.Entries.Count - work.Plan.Blocks.Count >= SealGatherer.MaxCheckpoints);

    private NpgsqlConnection Connection => _session?.Connection ?? throw new InvalidOperationException("Not elected.");

    private SignedTreeHead SignEmpty() => Sign(new TreeHead(_services.NewOrigin(_environment), TreeSize.Empty, MerkleTree.EmptyRoot));

    private SignedTreeHead Sign(TreeHead head)
    {
        var body = head.Body();
        return SignedTreeHead.Compose(head, _signers.Select(s => (VerifierKey.Create(head.Origin, s.PublicKey), s.Sign(body))));
    }

    private IReadOnlyList<VerifierKey> Keys(string origin) => [.. _signers.Select(s => VerifierKey.Create(origin, s.PublicKey))];

    /// <summary>Signing times never go back, whatever this node's clock says.</summary>
    private Timestamp Now(Timestamp notBefore)
    {
        var now = Timestamp.FromDateTimeOffset(_services.Clock.GetUtcNow());
        return now < notBefore ? notBefore : now;
    }

    private SealConflictException Moved() => new($"The mark of {_environment} is not what this sealer kept last.");
}

/// <summary>How a mark and a database stand to each other.</summary>
/// <param name="Reason">Why nothing is signed; null when the two agree.</param>
/// <param name="MarkSize">Of the kept tree head; null when there is no mark or it cannot be read.</param>
public sealed record MarkDifference(string? Reason, long? MarkSize, long DatabaseSize);

/// <summary>What the sealers of a node share.</summary>
internal sealed record SealerServices(
    NpgsqlDataSource Database, RecordIds RecordIds, FrontierMac FrontierMac, SealWatch Watch, SealHealth Health, Rollups Rollups, WebhookBell Webhooks,
    TimeProvider Clock, ILogger Logger, Func<string, string> NewOrigin);
