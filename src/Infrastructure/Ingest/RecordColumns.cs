using System.Text;
using Npgsql;
using NpgsqlTypes;
using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Ingest;

/// <summary>Rows of single deltas as one array a column: what <c>unnest</c> takes, so that a small group is one statement.</summary>
/// <remarks>One a writer, reused from group to group. Ledger, instant and ledger index are the same for all rows or follow from
/// the position; a single delta has no position in a group and no root but its leaf.</remarks>
internal sealed class RecordColumns : IRecordRows
{
    private readonly List<int> _customerNos = [];
    private readonly List<long> _seqs = [];
    private readonly List<decimal> _deltas = [];
    private readonly List<decimal> _balances = [];
    private readonly List<byte[]> _salts = [];
    private readonly List<byte[]> _leaves = [];
    private readonly List<byte[]> _prevs = [];
    private readonly List<string> _reasons = [];
    private readonly List<string?> _units = [];
    private readonly List<string?> _references = [];
    private readonly List<string?> _metadata = [];
    private readonly List<byte[]?> _metadataSalts = [];
    private readonly List<long?> _adjusted = [];

    public int RowCount => _seqs.Count;

    public void Begin()
    {
        _customerNos.Clear();
        _seqs.Clear();
        _deltas.Clear();
        _balances.Clear();
        _salts.Clear();
        _leaves.Clear();
        _prevs.Clear();
        _reasons.Clear();
        _units.Clear();
        _references.Clear();
        _metadata.Clear();
        _metadataSalts.Clear();
        _adjusted.Clear();
    }

    public void Append(
        int ledgerNo, int customerNo, long ledgerIndex, RecordStatement statement, Salt salt, Hash leaf,
        byte[]? metadata, Salt? metadataSalt, long? adjustsIndex, short? deltaIndex, Hash? submissionRoot)
    {
        if (deltaIndex is not null || submissionRoot is not null) throw new InvalidOperationException("Columns hold single deltas.");
        _customerNos.Add(customerNo);
        _seqs.Add(statement.Seq);
        _deltas.Add(statement.Delta.Value);
        _balances.Add(statement.BalanceAfter.Value);
        _salts.Add(salt.ToArray());
        _leaves.Add(leaf.ToArray());
        _prevs.Add(statement.Prev.ToArray());
        _reasons.Add(statement.Reason);
        _units.Add(statement.Unit);
        _references.Add(statement.ReferenceId);
        _metadata.Add(metadata is null ? null : Encoding.UTF8.GetString(metadata));
        _metadataSalts.Add(metadataSalt?.ToArray());
        _adjusted.Add(adjustsIndex);
    }

    /// <summary>The arrays in the order of <see cref="Names"/>, added behind what the command has already.</summary>
    public void AddTo(NpgsqlParameterCollection parameters)
    {
        parameters.Add(Array(_customerNos, NpgsqlDbType.Integer));
        parameters.Add(Array(_seqs, NpgsqlDbType.Bigint));
        parameters.Add(Array(_deltas, NpgsqlDbType.Numeric));
        parameters.Add(Array(_balances, NpgsqlDbType.Numeric));
        parameters.Add(Array(_salts, NpgsqlDbType.Bytea));
        parameters.Add(Array(_leaves, NpgsqlDbType.Bytea));
        parameters.Add(Array(_prevs, NpgsqlDbType.Bytea));
        parameters.Add(Array(_reasons, NpgsqlDbType.Text));
        parameters.Add(Array(_units, NpgsqlDbType.Text));
        parameters.Add(Array(_references, NpgsqlDbType.Text));
        parameters.Add(Array(_metadata, NpgsqlDbType.Text));
        parameters.Add(Array(_metadataSalts, NpgsqlDbType.Bytea));
        parameters.Add(Array(_adjusted, NpgsqlDbType.Bigint));
    }

    public const string Names =
        "customer_no, seq, delta, balance_after, salt, leaf, prev, reason, unit, reference_id, metadata, metadata_salt, adjusts_index";

    private static NpgsqlParameter<List<T>> Array<T>(List<T> values, NpgsqlDbType element) =>
        new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | element };
}
