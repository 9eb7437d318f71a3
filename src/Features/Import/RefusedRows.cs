using System.Globalization;
using System.Text;

namespace PacSpace.Features.Import;

/// <summary>A row that is not recorded, and why.</summary>
/// <param name="Code">The API's code, or <c>NOT_SENT</c>.</param>
internal sealed record RefusedRow(UsageRow Row, string Code, string Message);

/// <summary>The refused rows of an import as a CSV file: line, code, message, then the row as it was.</summary>
/// <remarks>The fields are the caller's own and are given back unchanged, so that a corrected copy can be imported. The file is made
/// with its first row; at the start it is cut back to what the state knows, so that a resumed import repeats no row.</remarks>
internal sealed class RefusedRows : IDisposable
{
    private static readonly UTF8Encoding s_utf8 = new(false);

    private readonly string _path;
    private readonly UsageColumns _columns;
    private FileStream? _file;

    public RefusedRows(string path, UsageColumns columns, long knownBytes)
    {
        (_path, _columns) = (path, columns);
        if (knownBytes == 0)
        {
            File.Delete(path);
            return;
        }

        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        _file.SetLength(Math.Min(knownBytes, _file.Length));
        _file.Seek(0, SeekOrigin.End);
    }

    /// <summary>Appends the rows and gives the length of the file.</summary>
    public long Append(IEnumerable<RefusedRow> rows)
    {
        var text = new StringBuilder();
        foreach (var (row, code, message) in rows)
        {
            Fields(text, [row.Line.ToString(CultureInfo.InvariantCulture), code, message, .. row.Fields]);
        }

        if (text.Length == 0) return _file?.Length ?? 0;
        if (_file is null)
        {
            _file = new FileStream(_path, FileMode.Create, FileAccess.Write, FileShare.Read);
            var header = new StringBuilder();
            Fields(header, ["line", "code", "message", .. _columns.Names]);
            text.Insert(0, header);
        }

        _file.Write(s_utf8.GetBytes(text.ToString()));
        _file.Flush();
        return _file.Length;
    }

    public void Dispose() => _file?.Dispose();

    private static void Fields(StringBuilder text, IEnumerable<string> fields)
    {
        var isFirst = true;
        foreach (var field in fields)
        {
            if (!isFirst) text.Append(',');
            isFirst = false;
            text.Append('"').Append(field.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }

        text.Append("\r\n");
    }
}
