namespace PacSpace.Infrastructure.Documents;

/// <summary>How documents are rendered and where they are kept.</summary>
public sealed record RendererOptions
{
    /// <summary>Rendered documents, and the renderer's temporary files.</summary>
    public required string Folder { get; init; }

    /// <summary>A Python that has WeasyPrint: Debian's own, since its package is installed for that one.</summary>
    public string Python { get; init; } = "/usr/bin/python3";

    /// <summary>Processes at the most; each may take <see cref="MaxMemoryBytes"/>.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>Address space of one process; the kernel refuses more.</summary>
    public long MaxMemoryBytes { get; init; } = 2L * 1024 * 1024 * 1024;

    /// <summary>Processor time of one process in all; it is replaced long before. Ends one that was left behind in a loop.</summary>
    public TimeSpan MaxProcessorTime { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>A process that takes nothing and gives nothing for so long hangs, and is killed.</summary>
    public TimeSpan LongestSilence { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A document that takes longer is given up.</summary>
    public TimeSpan LongestJob { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a document waits for a free process before its caller is asked to come back.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(10);

    public long MaxDocumentBytes { get; init; } = 128L * 1024 * 1024;

    /// <summary>Of all documents kept; the ones that were not asked for longest go first.</summary>
    public long MaxKeptBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>What decides a document's bytes beside its content: templates, style sheet and renderer.</summary>
    public string Revision { get; init; } = "";

    /// <summary>The whole command line in place of ours, for tests of faults.</summary>
    public IReadOnlyList<string>? Command { get; init; }
}
