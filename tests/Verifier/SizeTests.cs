using System.Buffers;
using PacSpace.Evidence.Tests.Receipts;

namespace PacSpace.Verifier.Tests;

/// <summary>A large receipt. 200,000 records keep the test short; a million were measured by hand (see the Verifier's README).</summary>
public sealed class SizeTests
{
    private const int Records = 200_000;
    private const long MegaByte = 1 << 20;

    [Fact]
    public void Memory_does_not_grow_with_the_receipt()
    {
        using var folder = new Folder();
        var small = BuiltProgram.Run(folder.File("small.json", new TestLedger(1).Complete()), "--key", TestLedger.Key.ToString());
        var path = folder.Name("large.json");
        Write(new TestLedger(Records), path);
        var large = BuiltProgram.Run(path, "--key", TestLedger.Key.ToString());
        Assert.Equal((0, ""), (large.ExitCode, large.Errors));
        Assert.Contains($"{Records} records, seq 1 to {Records}", large.Output, StringComparison.Ordinal);
        Assert.InRange(large.PeakBytes, 1, 200 * MegaByte);
        // Kept for each record, even one hash would be 6 MiB and a statement more than 60.
        Assert.InRange(large.PeakBytes - small.PeakBytes, long.MinValue, 60 * MegaByte);
        TestContext.Current.SendDiagnosticMessage($"{new FileInfo(path).Length / MegaByte} MiB of receipt, peak {large.PeakBytes / MegaByte} MiB");
    }

    private static void Write(TestLedger ledger, string path)
    {
        using var file = File.Create(path);
        var pending = new ArrayBufferWriter<byte>(1 << 20);
        ledger.WriteComplete(pending, () =>
        {
            if (pending.WrittenCount < 1 << 19) return;
            file.Write(pending.WrittenSpan);
            pending.ResetWrittenCount();
        });
        file.Write(pending.WrittenSpan);
    }
}
