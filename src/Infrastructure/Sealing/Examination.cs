using System.Globalization;
using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Infrastructure.Sealing;

/// <summary>Looks for what further sources say about doubtful rows (evidence format, section 5). Runs only when there are any,
/// and may therefore be slow and plain.</summary>
/// <remarks>
/// The sources of a record's hash, in the order of their price: the row read a second time the plain way; the <c>prev</c> of a
/// later record; the root of its submission over its siblings; an idempotency answer.
/// </remarks>
internal sealed class Examination(RecordIds ids, AnswerSearch answers)
{
    /// <summary>How far behind a record another record that names it is looked for, besides the customer's next by its seq:
    /// far enough for a row whose customer or seq is what was damaged.</summary>
    private const int NamedWithin = 65_536;

    private const string ReadAgain =
        "SELECT c.customer_id, " + RecordReader.Columns + " FROM records r " +
        "LEFT JOIN customers c ON c.ledger_no = r.ledger_no AND c.customer_no = r.customer_no WHERE r.ledger_no = $1 AND r.ledger_index = $2";

    private const string FindNaming =
        "SELECT prev FROM records WHERE ledger_no = $1 AND ledger_index > $2 AND ledger_index <= $2 + $3 AND prev = ANY($4) " +
        "UNION SELECT prev FROM records WHERE ledger_no = $1 AND customer_no = $5 AND seq = $6 AND prev = ANY($4)";

    private const string FindConfirmed = "SELECT EXISTS (SELECT 1 FROM record_failures WHERE ledger_no = $1 AND confirmed_leaf = $2)";

    private const string FindBefore = "SELECT ledger_index FROM records WHERE ledger_no = $1 AND customer_no = $2 AND seq = $3";

    /// <summary>Adds what was found about each doubt.</summary>
    public async Task ExamineAsync(
        NpgsqlConnection connection, LedgerRun run, RunDecision decision, Dictionary<(DoubtKind Kind, int Row), Finding> findings, CancellationToken ct)
    {
        await ExamineHashesAsync(connection, run, [.. decision.Doubts.Where(d => d.Kind == DoubtKind.Hash)], findings, ct);
        foreach (var doubt in decision.Doubts.Where(d => d.Kind == DoubtKind.Chain))
            findings[(DoubtKind.Chain, doubt.Row)] = await ExamineChainAsync(connection, run, doubt, findings, ct);
        foreach (var doubt in decision.Doubts.Where(d => d.Kind == DoubtKind.Group))
            findings[(DoubtKind.Group, doubt.Row)] = await ExamineGroupAsync(run, doubt, findings, ct);
    }

    private async Task ExamineHashesAsync(
        NpgsqlConnection connection, LedgerRun run, List<Doubt> doubts, Dictionary<(DoubtKind Kind, int Row), Finding> findings, CancellationToken ct)
    {
        var again = new SortedDictionary<int, ReadBackRow>();
        foreach (var doubt in doubts) again[doubt.Row] = await ReadAgainAsync(connection, run, doubt.Row, ct);
        var byRoot = ConfirmedByRoots(run, again);
        var isFirstOpen = true;
        foreach (var (position, row) in again)
        {
            var candidates = Candidates(row);
            var confirmed = new HashSet<Hash>();
            if (!row.Reproduces && candidates.Length > 0)
            {
                NamedInRun(run, position, candidates, confirmed);
                if (confirmed.Count == 0) await NamedInDatabaseAsync(connection, run.Span.LedgerNo, row, candidates, confirmed, ct);
                if (byRoot.TryGetValue(position, out var leaf)) confirmed.Add(leaf);
            }

            var finding = DamageRule.Decide(row.Stored, row.Recomputed, confirmed);
            if (finding.Verdict == Verdict.Stop && confirmed.Count == 0 && candidates.Length > 0 && isFirstOpen)
            {
                // The ledger would stop at the first of these anyway, so only that one is worth the dear source.
                isFirstOpen = false;
                var answered = await answers.FindAsync(run.Span.LedgerNo, row.Index, candidates, ct);
                finding = answered is null ? new Finding(Verdict.Wait, "") : DamageRule.Decide(row.Stored, row.Recomputed, answered);
            }

            findings[(DoubtKind.Hash, position)] = finding with
            {
                Replaced = row,
                Reason = string.Create(CultureInfo.InvariantCulture, $"record {row.Index} {finding.Reason}"),
            };
        }
    }

    /// <summary>The row by the plain way, with the customer as the database has it now.</summary>
    private async Task<ReadBackRow> ReadAgainAsync(NpgsqlConnection connection, LedgerRun run, int position, CancellationToken ct)
    {
        var row = run.Rows.Span[position];
        await using var command = Sql.Command(connection, ReadAgain, run.Span.LedgerNo, row.Index);
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct)) return row;
        var customerId = reader.IsDBNull(0) ? null : reader.GetString(0);
        StoredRecord stored;
        try
        {
            stored = RecordReader.Read(reader, 1);
        }
        catch (StoredRecordException)
        {
            return row;
        }

        var customer = customerId is null ? null
            : row.Customer is { } known && known.CustomerNo == stored.CustomerNo && known.CustomerId == customerId ? known
            : new SealedCustomer(stored.LedgerNo, stored.CustomerNo, customerId);
        return new ReadBackRow
        {
            Index = stored.LedgerIndex,
            CustomerNo = stored.CustomerNo,
            Customer = customer,
            Seq = stored.Seq,
            AcceptedAt = stored.AcceptedAt,
            Delta = stored.Delta,
            BalanceAfter = stored.BalanceAfter,
            Stored = stored.Leaf,
            Recomputed = customer is null ? null : stored.RecomputeLeaf(run.Span.LedgerId, customer.CustomerId, ids),
            Prev = stored.Prev,
            SubmissionRoot = stored.SubmissionRoot,
            DeltaIndex = stored.DeltaIndex ?? -1,
            Unit = stored.Unit,
        };
    }

    private static void NamedInRun(LedgerRun run, int position, Hash[] candidates, HashSet<Hash> confirmed)
    {
        foreach (ref readonly var later in run.Rows.Span[(position + 1)..])
        {
            if (later.Reproduces && Array.IndexOf(candidates, later.Prev) >= 0) confirmed.Add(later.Prev);
        }
    }

    private static async Task NamedInDatabaseAsync(
        NpgsqlConnection connection, int ledgerNo, ReadBackRow row, Hash[] candidates, HashSet<Hash> confirmed, CancellationToken ct)
    {
        await using var command = Sql.Command(connection, FindNaming, ledgerNo, row.Index, NamedWithin, candidates, row.CustomerNo, row.Seq + 1);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct)) confirmed.Add(RecordReader.ReadHash(reader, 0));
    }

    private static Dictionary<int, Hash> ConfirmedByRoots(LedgerRun run, SortedDictionary<int, ReadBackRow> again)
    {
        var confirmed = new Dictionary<int, Hash>();
        var rows = run.Rows.Span;
        for (var first = 0; first < rows.Length;)
        {
            var count = RunCheck.SubmissionLength(rows[first..]);
            var (start, end) = (first, first + count);
            var doubtful = again.Where(a => a.Key >= start && a.Key < end && !a.Value.Reproduces)
                .Select(a => (Position: a.Key - start, Candidates: Candidates(a.Value))).ToList();
            if (count > 1 && doubtful.Count > 0)
            {
                var leaves = new Hash[count];
                var roots = new Hash?[count];
                for (var i = 0; i < count; i++) (leaves[i], roots[i]) = (rows[start + i].Stored ?? default, rows[start + i].SubmissionRoot);
                var found = DamageRule.ConfirmedByRoot(
                    leaves, doubtful, (root, position) => roots.Where((stated, sibling) => sibling != position && stated == root).Any());
                foreach (var (position, leaf) in found) confirmed[start + position] = leaf;
            }

            first = end;
        }

        return confirmed;
    }

    /// <summary>A record that does not continue what is known: fine when the record before it is a failed one, whose hash is
    /// known though its row says something else, or when the block over the record before holds the hash that this one names.</summary>
    private async Task<Finding> ExamineChainAsync(
        NpgsqlConnection connection, LedgerRun run, Doubt doubt, Dictionary<(DoubtKind Kind, int Row), Finding> findings, CancellationToken ct)
    {
        var row = run.Rows.Span[doubt.Row];
        if (findings.Any(f => f.Key.Kind == DoubtKind.Hash && f.Key.Row < doubt.Row && f.Value.Verdict == Verdict.Failed && f.Value.Leaf == row.Prev))
            return new Finding(Verdict.Good, "");

        await using (var command = Sql.Command(connection, FindConfirmed, run.Span.LedgerNo, row.Prev))
        {
            if (await command.ExecuteScalarAsync(ct) is true) return new Finding(Verdict.Good, "");
        }

        var stop = new Finding(Verdict.Stop, string.Create(CultureInfo.InvariantCulture, $"record {row.Index} does not continue its customer's records"));
        await using var find = Sql.Command(connection, FindBefore, run.Span.LedgerNo, row.CustomerNo, row.Seq - 1);
        if (await find.ExecuteScalarAsync(ct) is not long before || before >= run.Span.First) return stop;
        return await IsSoundAsync(connection, run, before, ct) || !await SealedBlocks.IsSealedAsync(connection, run.Span.LedgerNo, before, row.Prev, ct)
            ? stop
            : new Finding(Verdict.Good, "");
    }

    /// <summary>A record before that still gives its hash says how its successor must go on: then it really does not.</summary>
    private async Task<bool> IsSoundAsync(NpgsqlConnection connection, LedgerRun run, long ledgerIndex, CancellationToken ct)
    {
        await using var command = Sql.Command(connection, ReadAgain, run.Span.LedgerNo, ledgerIndex);
        await using var reader = await command.ExecuteReaderAsync(ct);
        try
        {
            return await reader.ReadAsync(ct) && !reader.IsDBNull(0)
                && RecordReader.Read(reader, 1).ReproducesLeaf(run.Span.LedgerId, reader.GetString(0), ids);
        }
        catch (StoredRecordException)
        {
            return false;
        }
    }

    /// <summary>Members that give their hashes and a root that no row states: only the answer that was given can tell.</summary>
    private async Task<Finding> ExamineGroupAsync(
        LedgerRun run, Doubt doubt, Dictionary<(DoubtKind Kind, int Row), Finding> findings, CancellationToken ct)
    {
        var leaves = new Hash[doubt.Other];
        for (var i = 0; i < leaves.Length; i++)
        {
            leaves[i] = findings.TryGetValue((DoubtKind.Hash, doubt.Row + i), out var finding)
                ? finding.Leaf : run.Rows.Span[doubt.Row + i].Stored ?? default;
        }

        var root = MerkleTree.Root(leaves);
        var index = run.Rows.Span[doubt.Row].Index;
        var answered = await answers.FindAsync(run.Span.LedgerNo, index, [root], ct);
        return answered is null ? new Finding(Verdict.Wait, "")
            : answered.Contains(root) ? new Finding(Verdict.Good, "")
            : new Finding(Verdict.Stop, string.Create(CultureInfo.InvariantCulture, $"the submission at record {index} does not give its root"));
    }

    private static Hash[] Candidates(in ReadBackRow row) => (row.Stored, row.Recomputed) switch
    {
        ({ } stored, { } recomputed) => stored == recomputed ? [stored] : [stored, recomputed],
        ({ } stored, null) => [stored],
        (null, { } recomputed) => [recomputed],
        _ => [],
    };
}
