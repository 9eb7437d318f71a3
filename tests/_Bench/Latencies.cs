using System.Diagnostics;
using System.Numerics;

namespace PacSpace.Bench;

/// <summary>A histogram of durations: 32 steps to each doubling, so a percentile is right to 3%. One a connection, added up at the end.</summary>
internal sealed class Latencies
{
    private const int StepsBits = 5;
    private readonly long[] _counts = new long[64 << StepsBits];

    public long Count { get; private set; }

    public void Add(long stopwatchTicks)
    {
        var microseconds = (ulong)Math.Max(1, stopwatchTicks * 1_000_000 / Stopwatch.Frequency);
        _counts[Place(microseconds)]++;
        Count++;
    }

    public void Add(Latencies other)
    {
        for (var i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
        Count += other.Count;
    }

    /// <summary>In milliseconds; zero when nothing was measured.</summary>
    public double Percentile(double percent)
    {
        var wanted = (long)Math.Ceiling(Count * percent / 100);
        for (var i = 0; i < _counts.Length; i++)
        {
            wanted -= _counts[i];
            if (wanted <= 0 && Count > 0) return Value(i) / 1_000.0;
        }

        return 0;
    }

    private static int Place(ulong microseconds)
    {
        var exponent = BitOperations.Log2(microseconds);
        return exponent < StepsBits ? (int)microseconds : (exponent - StepsBits + 1 << StepsBits) + (int)(microseconds >> exponent - StepsBits) - (1 << StepsBits);
    }

    private static ulong Value(int place)
    {
        var (block, step) = (place >> StepsBits, (ulong)(place & (1 << StepsBits) - 1));
        return block == 0 ? step : (step + (1UL << StepsBits)) << block - 1;
    }
}
