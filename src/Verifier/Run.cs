namespace PacSpace.Verifier;

/// <summary>Reads what was asked, checks it, says what came of it.</summary>
internal static class Run
{
    private const int Holds = 0;
    private const int Refused = 1;
    private const int WrongUse = 2;

    public static int With(string[] args, TextWriter output, TextWriter errors, bool showProgress)
    {
        if (args is ["--help" or "-h"])
        {
            output.WriteLine(Options.Usage);
            return Holds;
        }
        if (!Options.TryParse(args, out var options, out var complaint))
        {
            errors.WriteLine($"pacspace-verify: {complaint}");
            errors.WriteLine();
            errors.WriteLine(Options.Usage);
            return WrongUse;
        }

        var files = new List<Checked>();
        foreach (var file in options.Files)
        {
            try
            {
                files.Add(Checked.Of(file, options.Keys, showProgress ? Progress(errors) : null));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                errors.WriteLine($"pacspace-verify: {Printable.Of(file)} cannot be read: {e.Message}");
                return WrongUse;
            }
        }

        var pairs = CheckedPair.Among(files);
        if (options.Json) JsonReport.Write(output, files, pairs);
        else PlainReport.Write(output, files, pairs);
        return files.Exists(file => file.Refusal is not null) || pairs.Exists(pair => pair.Refusal is not null) ? Refused : Holds;
    }

    private static Action<long, long> Progress(TextWriter errors) => (done, total) =>
        errors.Write(done == total ? $"\r{"",40}\r" : $"\rchecked {done:N0} of {total:N0} records");
}
