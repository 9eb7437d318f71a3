using PacSpace.Testing;

namespace PacSpace.Portal.Tests;

/// <summary>What stands in a database, table by table, to be compared with what stands there later.</summary>
internal static class TableFingerprints
{
    /// <param name="host">Whose database.</param>
    /// <param name="without">Columns that are left out, as <c>table.column</c>.</param>
    public static async Task<IReadOnlyDictionary<string, string>> TakeAsync(PacSpaceHost host, params string[] without)
    {
        var tables = new Dictionary<string, string>(StringComparer.Ordinal);
        await using (var command = host.Database.Source.CreateCommand(
            "SELECT c.table_name, string_agg(format('t.%I', c.column_name), ',' ORDER BY c.ordinal_position) FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name) " +
            "WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND NOT (c.table_name || '.' || c.column_name = ANY($1)) GROUP BY 1"))
        {
            command.Parameters.Add(new() { Value = without });
            await using var row = await command.ExecuteReaderAsync();
            while (await row.ReadAsync()) tables[row.GetString(0)] = row.GetString(1);
        }

        var prints = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (table, columns) in tables)
            prints[table] = await host.QueryAsync<string>($"SELECT count(*) || ' ' || coalesce(md5(string_agg(r, '|' ORDER BY r)), '') FROM (SELECT ROW({columns})::text r FROM \"{table}\" t) rows");
        return prints;
    }

    /// <summary>The tables that are not what they were.</summary>
    public static IEnumerable<string> Changed(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after) =>
        before.Keys.Union(after.Keys).Where(table => before.GetValueOrDefault(table) != after.GetValueOrDefault(table)).Order();

    /// <summary>All that a table holds, as text.</summary>
    public static async Task<string> TextAsync(PacSpaceHost host, string table) =>
        await host.QueryAsync<string>($"SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM \"{table}\" t");
}
