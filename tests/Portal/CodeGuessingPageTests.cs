using System.Globalization;
using PacSpace.Features.Sharing;
using PacSpace.Testing;
using Xunit;
using static PacSpace.Portal.Tests.RecordPagesScenario;

namespace PacSpace.Portal.Tests;

/// <summary>Codes that are entered into the page (portal 3.2).</summary>
public sealed class CodeGuessingPageTests(PostgresFixture postgres) : IAsyncLifetime
{
    private RecordPagesScenario _of = null!;
    private string _code = "";

    private string Form => $"{_of.Home}/unlock";

    public async ValueTask InitializeAsync()
    {
        _of = await StartAsync(postgres);
        _code = await _of.CodeAsync();
    }

    public ValueTask DisposeAsync() => _of.DisposeAsync();

    [Fact]
    public async Task A_hundred_guesses_from_many_addresses_lock_the_link_and_nobody_out_who_was_let_in()
    {
        var (open, known) = (await _of.UnlockedVisitorAsync(), await _of.UnlockedVisitorAsync());
        await known.PostAsync($"{_of.Home}/lock", []);
        var start = _of.It.Clock.GetUtcNow();

        for (var i = 0; i < 100; i++)
        {
            var guess = await Stranger(i).PostAsync(Form, [("code", Wrong(i))]);
            Assert.Equal((403, "That code does not match. Check the six characters on your invoice."), (guess.Status, AlertOf(guess)));
            _of.It.Clock.Advance(TimeSpan.FromSeconds(8));
        }

        Assert.True(_of.It.Clock.GetUtcNow() - start < TimeSpan.FromMinutes(15));
        foreach (var headers in ((string, string)[][])[[], [("HX-Request", "true")]])
        {
            var locked = await Stranger(1000).PostAsync(Form, [("code", _code)], headers);
            Assert.Equal((403, $"This code can no longer be entered. Ask {Seller} for a new one.", null), (locked.Status, AlertOf(locked), locked.Header("Set-Cookie")));
        }

        Assert.Equal("CODE_LOCKED", (await _of.DoneAsync(new GetSharing(_of.Vendor, Customer, _of.Account))).SharingState);
        Assert.Equal(200, (await open.GetAsync($"{_of.Home}/records")).Status);
        Assert.Equal(200, (await Stranger(1001).GetAsync(_of.Home)).Status); // the outer tier needs no code

        // The customer, who had closed the record, gets in again from the very address of a guesser; mistypes do not shut them out.
        known.Address = Stranger(3).Address;
        for (var i = 0; i < 9; i++) Assert.Equal(403, (await known.PostAsync(Form, [("code", Wrong(i))])).Status);
        Assert.Equal((303, _of.Home), (await known.PostAsync(Form, [("code", _code)])) is var back ? (back.Status, back.Header("Location")) : default);
        Assert.Equal(200, (await known.GetAsync($"{_of.Home}/records")).Status);

        Assert.Equal(100L, await _of.It.CountAsync("SELECT count(*) FROM code_failures"));
        await _of.DoneAsync(new RotateAccessCode(_of.Vendor, Customer, _of.Account));
        Assert.Equal(303, (await open.GetAsync($"{_of.Home}/records")).Status);
        Assert.Equal(303, (await Stranger(1002).PostAsync(Form, [("code", await _of.CodeAsync())])).Status);
    }

    [Fact]
    public async Task Waiting_is_told_with_its_seconds_and_the_code_is_not_looked_at()
    {
        var visitor = Stranger(1);
        for (var i = 0; i < 3; i++) await visitor.PostAsync(Form, [("code", Wrong(i))]);

        foreach (var (seconds, wait) in ((int, int)[])[(5, 1), (4, 3), (1, 1)])
        {
            var answer = await visitor.PostAsync(Form, [("code", _code)]);
            Assert.Equal(
                (429, seconds.ToString(CultureInfo.InvariantCulture), $"Too many attempts. Try again in {seconds} seconds."), (answer.Status, answer.Header("Retry-After"), AlertOf(answer)));
            _of.It.Clock.Advance(TimeSpan.FromSeconds(wait));
        }

        Assert.Equal(303, (await visitor.PostAsync(Form, [("code", _code)])).Status);
    }

    [Fact]
    public async Task Addresses_of_one_IPv6_network_are_one_and_what_a_client_says_of_itself_is_none()
    {
        foreach (var address in (string[])["2001:db8:1:2::1", "2001:db8:1:2:ffff::2", "[2001:db8:1:2::3]:4711"])
            Assert.Equal(403, (await _of.NewVisitor(address: address).PostAsync(Form, [("code", Wrong(0))])).Status);
        Assert.Equal(429, (await _of.NewVisitor(address: "2001:db8:1:2::9").PostAsync(Form, [("code", Wrong(0))])).Status);
        Assert.Equal(403, (await _of.NewVisitor(address: "2001:db8:1:3::9").PostAsync(Form, [("code", Wrong(0))])).Status);

        // What stands before the proxy's own entry was written by the client.
        for (var i = 0; i < 3; i++) await _of.NewVisitor(address: $"9.9.9.{i}, 198.51.100.77").PostAsync(Form, [("code", Wrong(0))]);
        Assert.Equal(429, (await _of.NewVisitor(address: "9.9.9.9, 198.51.100.77").PostAsync(Form, [("code", Wrong(0))])).Status);
    }

    [Fact]
    public async Task What_is_no_code_is_told_and_not_counted()
    {
        foreach (var code in (string[])["", "12345", "1234567", "ABCDEU", "12 34 5", "ÄBCDEF"]) // U is no letter of the alphabet
        {
            foreach (var headers in ((string, string)[][])[[], [("HX-Request", "true")]])
            {
                var answer = await Stranger(1).PostAsync(Form, [("code", code)], headers);
                Assert.Equal((code, 400, "The code has six characters."), (code, answer.Status, AlertOf(answer)));
            }
        }

        Assert.Equal(0L, await _of.It.CountAsync("SELECT (SELECT count(*) FROM code_failures) + (SELECT count(*) FROM access_log)"));
    }

    [Fact]
    public async Task A_code_may_be_written_as_people_write_it()
    {
        string[] spellings = [_code.ToLowerInvariant(), $" {_code[..3]}-{_code[3..]} ", string.Join(' ', _code.ToCharArray()), _code.Replace('0', 'O').Replace('1', 'l'), _code.Replace('1', 'I').Replace('0', 'o')];
        foreach (var spelling in spellings) Assert.Equal(303, (await Stranger(1).PostAsync(Form, [("code", spelling)])).Status);
    }

    [Fact]
    public async Task Repeated_failures_are_told_to_the_vendor_once_an_hour_without_handle_or_code()
    {
        await _of.ListenAsync();
        for (var i = 0; i < 8; i++) await Stranger(i).PostAsync(Form, [("code", Wrong(i))]);

        var told = await TableFingerprints.TextAsync(_of.It.Host, "webhook_events");
        Assert.Equal(1, told.Split("\"\"failureCount\"\":5").Length - 1);
        Assert.DoesNotContain(_of.Handle, told, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(_code, told, StringComparison.Ordinal);
    }

    private PageVisitor Stranger(int number) => _of.NewVisitor(address: string.Create(CultureInfo.InvariantCulture, $"198.51.{number / 250}.{number % 250 + 1}"));

    /// <summary>Well-formed codes that are others.</summary>
    private string Wrong(int number)
    {
        var guess = $"{(_code[0] == 'Z' ? 'Y' : 'Z')}{number.ToString("00000", CultureInfo.InvariantCulture)}";
        Assert.NotEqual(_code, guess);
        return guess;
    }

    private static string AlertOf(Answer answer) => Text(Read(answer).QuerySelector("#unlock [role=alert]")!);
}
