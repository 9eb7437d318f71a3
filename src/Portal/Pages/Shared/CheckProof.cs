namespace PacSpace.Portal.Pages;

/// <summary>What "Check this proof here" looks at on a page (4.4); shown by <c>_CheckProof</c>.</summary>
public sealed record CheckProof
{
    private CheckProof(string kind, string vendor, string environment) => (Kind, Vendor, LogPath) = (kind, vendor, $"/log/{environment}");

    public string Kind { get; }

    /// <summary>Whose key it is, as the page names them.</summary>
    public string Vendor { get; }

    public string LogPath { get; }

    /// <summary>The record id or the proof root that the page shows.</summary>
    public required string Shown { get; init; }

    /// <summary>Where a POST gives the file to check; null when what is public is checked.</summary>
    public string? FilePath { get; init; }

    public long? Records { get; init; }

    public long? LogIndex { get; init; }

    public bool IsBlock { get; init; }

    /// <summary>A record page: its record proof.</summary>
    public static CheckProof OfRecord(string vendor, string environment, string recordId, string filePath) =>
        new("record", vendor, environment) { Shown = recordId, FilePath = filePath };

    /// <summary>A period page: its bundle, unless it has more records than a page checks.</summary>
    public static CheckProof OfPeriod(string vendor, string environment, string proofRoot, long records, string filePath) =>
        new("period", vendor, environment) { Shown = proofRoot, Records = records, FilePath = filePath };

    /// <summary>Receipt and verify pages: a proof root's place in the log.</summary>
    public static CheckProof OfRoot(string vendor, string environment, string proofRoot, long logIndex) =>
        new("root", vendor, environment) { Shown = proofRoot, LogIndex = logIndex };

    /// <summary>The verify page of a submission: its block's root and that root's place in the log.</summary>
    public static CheckProof OfBlock(string vendor, string environment, string blockRoot, long logIndex) =>
        new("root", vendor, environment) { Shown = blockRoot, LogIndex = logIndex, IsBlock = true };
}
