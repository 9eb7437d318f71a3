using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace PacSpace.Features.Import;

/// <summary>A CSV file of usage (RFC 4180, UTF-8, the first line names the columns), read once from front to back.</summary>
/// <remarks>Memory: one row. A field of more than <see cref="MaxFieldCharacters"/> ends the import, since it is most likely a quote
/// that never closes.</remarks>
internal sealed class UsageFile : IDisposable
{
    private const int MaxFieldCharacters = 1024 * 1024;

    private readonly FileStream _stream;
    private readonly CsvParser _parser;
    private bool _hasBadQuotes;

    private UsageFile(FileStream stream, string delimiter)
    {
        _stream = stream;
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = delimiter,
            Mode = CsvMode.RFC4180,
            IgnoreBlankLines = false, // so that line numbers can be told
            MaxFieldSize = MaxFieldCharacters,
            BadDataFound = _ => _hasBadQuotes = true,
        };
        var text = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true, 64 * 1024);
        _parser = new CsvParser(text, configuration);
        Columns = ReadHeader();
    }

    public UsageColumns Columns { get; }

    /// <summary>Bytes of the file.</summary>
    public long Length => _stream.Length;

    /// <summary>Bytes taken from the file so far, a buffer ahead of the row last read.</summary>
    public long Position => _stream.Position;

    /// <exception cref="ImportUseException">The file cannot be opened, or has no header.</exception>
    public static UsageFile Open(string path, string delimiter)
    {
        try
        {
            return new UsageFile(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 64 * 1024, FileOptions.SequentialScan), delimiter);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ImportUseException($"{path} cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>SHA-256 of the file's bytes in hex: what makes it the same file tomorrow.</summary>
    /// <exception cref="ImportUseException">The file cannot be read.</exception>
    public static async Task<string> DigestAsync(string path, CancellationToken ct)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1024 * 1024, FileOptions.SequentialScan);
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ImportUseException($"{path} cannot be read: {fault.Message}", fault);
        }
    }

    /// <exception cref="ImportUseException">From some line on this is no CSV file in UTF-8.</exception>
    public IEnumerable<UsageRow> Rows()
    {
        for (long number = 1; ; number++)
        {
            if (Next() is not { } fields) yield break;
            if (fields.Line.Length == 1 && fields.Line[0].Length == 0 && Columns.Names.Count > 1)
            {
                number--; // an empty line
                continue;
            }

            var complaint = _hasBadQuotes ? "the quotes do not match"
                : fields.Line.Length != Columns.Names.Count ? $"it has {fields.Line.Length} fields and the header has {Columns.Names.Count}"
                : null;
            yield return new UsageRow(number, fields.FirstLine, fields.Line, complaint);
        }
    }

    public void Dispose()
    {
        _parser.Dispose();
        _stream.Dispose();
    }

    private UsageColumns ReadHeader()
    {
        try
        {
            return Next() is { } header ? new UsageColumns(header.Line) : throw new ImportUseException("The file is empty.");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private (long FirstLine, string[] Line)? Next()
    {
        var before = _parser.RawRow;
        _hasBadQuotes = false;
        try
        {
            return _parser.Read() ? (before + 1, _parser.Record!) : null;
        }
        catch (MaxFieldSizeException)
        {
            throw new ImportUseException($"From line {before + 1} on a field has more than {MaxFieldCharacters} characters: a quote that does not close?");
        }
        catch (DecoderFallbackException fault)
        {
            throw new ImportUseException($"After line {before} the file is not UTF-8.", fault);
        }
    }
}
