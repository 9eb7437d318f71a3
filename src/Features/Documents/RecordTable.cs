namespace PacSpace.Features.Documents;

/// <summary>Which records stand on which page of a table. Pure: from the number of lines that each takes.</summary>
/// <param name="FirstOnPage">For each page the index of its first record, and after the last page the number of records.</param>
/// <param name="FreeOnLast">Lines left on the last page.</param>
internal sealed record RecordTable(IReadOnlyList<int> FirstOnPage, int FreeOnLast)
{
    public int PageCount => FirstOnPage.Count - 1;

    /// <param name="lines">Of each record, 1 or more; one that takes more than a page has is given a whole page.</param>
    /// <param name="onFirst">Lines that the first page has beneath its heading.</param>
    /// <param name="onOthers">Lines that every other page has.</param>
    public static RecordTable Of(IReadOnlyList<byte> lines, int onFirst, int onOthers)
    {
        var first = new List<int> { 0 };
        var free = onFirst;
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i] > free && (i > first[^1] || first.Count == 1))
            {
                first.Add(i);
                free = onOthers;
            }

            free = Math.Max(0, free - lines[i]);
        }

        first.Add(lines.Count);
        return new RecordTable(first, free);
    }
}
