using System.Globalization;

namespace PacSpace.Bench;

/// <summary>Seconds of processor time.</summary>
internal readonly record struct CpuShare(double Server, double Postgres, double Generator)
{
    public static CpuShare operator -(CpuShare a, CpuShare b) => new(a.Server - b.Server, a.Postgres - b.Postgres, a.Generator - b.Generator);

    public static CpuShare operator +(CpuShare a, CpuShare b) => new(a.Server + b.Server, a.Postgres + b.Postgres, a.Generator + b.Generator);

    /// <summary>In per cent of the three.</summary>
    public override string ToString()
    {
        var all = Math.Max(0.001, Server + Postgres + Generator);
        return string.Create(CultureInfo.InvariantCulture, $"{100 * Server / all:0}% server, {100 * Postgres / all:0}% PostgreSQL, {100 * Generator / all:0}% generator");
    }
}

/// <summary>What Linux says of a process, in <c>/proc</c> (proc(5)).</summary>
internal static class ProcessFigures
{
    private const double TicksPerSecond = 100; // sysconf(_SC_CLK_TCK), 100 on every Linux we run on

    // Fields of /proc/PID/stat behind the name in parentheses, counted from 0.
    private const int ParentField = 1;
    private const int UserField = 11;
    private const int SystemField = 12;
    private const int ReapedUserField = 13;
    private const int ReapedSystemField = 14;

    public static double CpuSeconds(int processId) => Stat(processId) is { } stat ? Ticks(stat, UserField, SystemField) / TicksPerSecond : 0;

    /// <summary>Of a process, its children, and those of its children that have ended.</summary>
    public static double FamilyCpuSeconds(int processId)
    {
        var sum = Stat(processId) is { } own ? Ticks(own, UserField, SystemField, ReapedUserField, ReapedSystemField) : 0;
        foreach (var child in Children(processId)) sum += Stat(child) is { } stat ? Ticks(stat, UserField, SystemField) : 0;
        return sum / TicksPerSecond;
    }

    /// <param name="line"><c>VmRSS</c> now, <c>VmHWM</c> at the highest.</param>
    public static long MemoryMegabytes(int processId, string line)
    {
        foreach (var text in File.ReadLines($"/proc/{processId}/status"))
        {
            if (text.StartsWith(line + ":", StringComparison.Ordinal))
                return long.Parse(text.AsSpan(line.Length + 1).TrimEnd("kB ").Trim(), CultureInfo.InvariantCulture) / 1024;
        }

        return 0;
    }

    private static IEnumerable<int> Children(int parent)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && Stat(id) is { } stat && stat[ParentField] == parent.ToString(CultureInfo.InvariantCulture)) yield return id;
        }
    }

    private static long Ticks(string[] stat, params int[] fields) => fields.Sum(f => long.Parse(stat[f], CultureInfo.InvariantCulture));

    /// <summary>Null when the process has ended.</summary>
    private static string[]? Stat(int processId)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{processId}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The greatest resident memory that was seen until stopped, in megabytes.</summary>
    public static async Task<long> HighestMemoryAsync(int process, CancellationToken stop)
    {
        var highest = 0L;
        while (!stop.IsCancellationRequested)
        {
            highest = Math.Max(highest, MemoryMegabytes(process, "VmRSS"));
            await Task.Delay(50, CancellationToken.None);
        }

        return highest;
    }
}
