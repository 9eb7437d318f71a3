using System.Text;
using System.Text.Json;
using PacSpace.Evidence.Tests.Receipts;

namespace PacSpace.Verifier.Tests;

public sealed class UseTests : IDisposable
{
    private static readonly string Key = TestLedger.Key.ToString();
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Receipt => _folder.File("receipt.json", new TestLedger(3).Complete());

    private static void AssertWrongUse(BuiltProgram.Result result, string complaint)
    {
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(complaint, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_use_is_told_on_the_error_stream()
    {
        AssertWrongUse(BuiltProgram.Run(), "There is no file to check.");
        AssertWrongUse(BuiltProgram.Run(Receipt), "A key is needed");
        AssertWrongUse(BuiltProgram.Run("--key", Key), "There is no file to check.");
        AssertWrongUse(BuiltProgram.Run(Receipt, "--key"), "--key needs");
        AssertWrongUse(BuiltProgram.Run(Receipt, "--key", Key, "--quick"), "There is no option --quick.");
        AssertWrongUse(BuiltProgram.Run(Receipt, "--key", "nonsense"), "neither a verifier key nor a file");
        AssertWrongUse(BuiltProgram.Run(Receipt, "--key", Receipt), "does not hold verifier keys");
        AssertWrongUse(BuiltProgram.Run(_folder.Name("none.json"), "--key", Key), "cannot be read");
        Assert.Contains("usage: pacspace-verify FILE… --key VKEY [--json]", BuiltProgram.Run().Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_is_no_mistake()
    {
        var result = BuiltProgram.Run("--help");
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Contains("usage:", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_may_come_from_the_logs_published_file()
    {
        var other = VerifierKeyOf(9);
        Assert.Equal(0, BuiltProgram.Run(Receipt, "--key", _folder.File("vkey", $"{other}\n{Key} 1-8\n")).ExitCode);
        Assert.Equal(1, BuiltProgram.Run(Receipt, "--key", _folder.File("vkey", $"{other}\n{Key} 1-7\n")).ExitCode);
        Assert.Equal(0, BuiltProgram.Run(Receipt, "--key", other, "--key", Key).ExitCode);
        var refused = BuiltProgram.Run(Receipt, "--key", other);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(": signature: ", refused.Output, StringComparison.Ordinal);
    }

    private static string VerifierKeyOf(byte seed) => Evidence.VerifierKey.Create(
        TestLedger.Key.Origin, Evidence.Tests.Notes.Rfc8032.PublicKey([.. Enumerable.Repeat(seed, 32)])).ToString();

    [Fact]
    public void A_refusal_is_one_line_with_the_code_and_the_record()
    {
        var ledger = new TestLedger(5, s => s.Seq == 4 ? s with { BalanceAfter = Evidence.Amount.Zero } : s);
        var result = BuiltProgram.Run(_folder.File("bad.json", ledger.Complete()), "--key", Key);
        Assert.Equal(1, result.ExitCode);
        var line = Assert.Single(result.Lines);
        Assert.EndsWith("bad.json: balance at record 3 (counted from 0): The balance after Record rec_00000000000000000000000004 (seq 4) is not the one before it plus its delta.", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_out_of_a_file_cannot_play_with_the_terminal()
    {
        var ledger = new TestLedger(2) { };
        ledger.Checkpoint = ledger.Checkpoint with { RecordedBy = "Ac\u001b[2Jme\u202e\r\nholds: all\u0007" };
        foreach (var json in new[] { false, true })
        {
            string[] arguments = [_folder.File("odd.json", ledger.Complete()), "--key", Key, .. json ? new[] { "--json" } : []];
            var output = BuiltProgram.Run(arguments).Output;
            Assert.DoesNotContain(output, c => char.IsControl(c) && c != '\n');
            Assert.DoesNotContain('\u202e', output);
            if (!json) Assert.Contains("Ac\\u{1b}[2Jme\\u{202e}\\u{d}\\u{a}holds: all\\u{7}", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Json_says_what_the_words_say()
    {
        var result = BuiltProgram.Run(Receipt, _folder.File("sample.json", new TestLedger(3).Sample(1)), _folder.File("proof.json", new TestLedger(3).RecordProof(2)), "--key", Key, "--json");
        Assert.Equal(0, result.ExitCode);
        var report = JsonDocument.Parse(result.Output).RootElement;
        Assert.True(report.GetProperty("holds").GetBoolean());
        var files = report.GetProperty("files");
        Assert.Equal(["receipt", "spot check", "record proof"], files.EnumerateArray().Select(file => file.GetProperty("kind").GetString()!));
        Assert.Equal("all", files[0].GetProperty("mode").GetString());
        Assert.Equal("2026-05-01T00:00:00.000000Z", files[0].GetProperty("coveredThrough").GetString());
        Assert.Equal(3, files[0].GetProperty("count").GetInt32());
        Assert.Equal(1, files[1].GetProperty("shown").GetInt32());
        Assert.Equal(8, files[2].GetProperty("treeHead").GetProperty("size").GetInt32());
        Assert.Empty(report.GetProperty("neighbours").EnumerateArray());
    }

    [Fact]
    public void Receipts_of_different_customers_and_the_same_receipt_twice_are_no_neighbours()
    {
        var other = new TestLedger(2, s => s with { CustomerId = "cust_002" });
        other.Checkpoint = other.Checkpoint with { CustomerId = "cust_002" };
        var result = BuiltProgram.Run(Receipt, _folder.File("again.json", new TestLedger(3).Complete()), _folder.File("other.json", other.Complete()), "--key", Key);
        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain(" and ", string.Concat(result.Lines.Where(line => line.StartsWith("holds", StringComparison.Ordinal))), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unreadable_file_stops_everything_and_a_bad_one_does_not()
    {
        var bad = _folder.File("bad.json", Encoding.UTF8.GetBytes("{}"));
        var result = BuiltProgram.Run(bad, Receipt, "--key", Key);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("refused: ", result.Lines[0], StringComparison.Ordinal);
        Assert.StartsWith("holds: ", result.Lines[1], StringComparison.Ordinal);
    }
}
