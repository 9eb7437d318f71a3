using System.Buffers.Binary;
using Npgsql;
using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Records;

/// <summary>Finds the records of a submission by its root, sealed or accepted a moment ago.</summary>
public sealed class SubmissionLookup(NpgsqlDataSource database, UnsealedTail tail)
{
    // Sealed submissions are found by eight bytes of their root; the row decides.
    private const string FindSealed =
        "SELECT s.ledger_no, s.first_index, s.record_count FROM submission_roots s " +
        "JOIN records r ON r.ledger_no = s.ledger_no AND r.ledger_index = s.first_index " +
        "WHERE s.root_prefix = $1 AND coalesce(r.submission_root, r.leaf) = $2 LIMIT 1";

    /// <summary>The eight bytes by which a sealed root is found, as the database's number.</summary>
    public static long PrefixOf(Hash root)
    {
        Span<byte> bytes = stackalloc byte[Hash.Size];
        root.CopyTo(bytes);
        return BinaryPrimitives.ReadInt64BigEndian(bytes);
    }

    /// <summary>Null when no submission has this root.</summary>
    public async Task<SubmissionPlace?> FindAsync(Hash root, CancellationToken ct)
    {
        // The tail first: what is sealed between the two looks is found by the second.
        if (await tail.FindAsync(root, ct) is { } unsealed) return unsealed;
        await using var command = database.CreateCommand(FindSealed);
        command.Parameters.Add(new() { Value = PrefixOf(root) });
        command.Parameters.Add(new() { Value = root.ToArray() });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? new SubmissionPlace(row.GetInt32(0), row.GetInt64(1), row.GetInt32(2)) : null;
    }
}
