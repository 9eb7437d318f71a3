using System.Globalization;
using PacSpace.Features.SharedRecord;
using PacSpace.Features.Sharing;
using PacSpace.Features.Tests.Sharing;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.SharedRecord;

/// <summary>Codes: what each outcome is, what is counted, who waits, and who is not shut out (portal 3.2).</summary>
public sealed class UnlockRecordTests(PostgresFixture postgres) : IAsyncLifetime
{
    private SharingScenario _it = null!;
    private string _handle = null!;
    private string _code = null!;

    public async ValueTask InitializeAsync()
    {
        _it = await SharingScenario.StartAsync(postgres);
        _handle = await _it.ShareAsync("cust_a");
        _code = await _it.CodeAsync("cust_a");
    }

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task A_code_opens_however_it_is_typed_and_once()
    {
        var browser = _it.NewBrowser();
        Assert.IsType<UnlockResult.Opened>(await browser.EnterAsync(_handle, $" {_code[..3].ToLowerInvariant()}-{_code[3..]} ".Replace('0', 'o').Replace('1', 'l')));
        Assert.IsType<UnlockResult.AlreadyOpen>(await browser.EnterAsync(_handle, Codes.Wrong(_code)));
        Assert.Equal(0, (await _it.SharingOfAsync("cust_a")).AccessCode.FailureCount);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("A1B2C")]
    [InlineData("A1B2CU")]
    public async Task What_is_no_code_is_not_counted(string? typed)
    {
        var browser = _it.NewBrowser();
        for (var i = 0; i < 5; i++) Assert.IsType<UnlockResult.Malformed>(await browser.EnterAsync(_handle, typed));
        Assert.Equal(0, (await _it.SharingOfAsync("cust_a")).AccessCode.FailureCount);
        await browser.UnlockedAsync(_handle, _code);
    }

    [Fact]
    public async Task An_address_waits_from_its_third_failure_and_the_code_is_not_looked_at_meanwhile()
    {
        var (guesser, neighbour) = (_it.NewBrowser(), _it.NewBrowser(address: "203.0.113.8"));
        for (var i = 0; i < 3; i++) Assert.IsType<UnlockResult.Wrong>(await guesser.EnterAsync(_handle, Codes.Wrong(_code)));

        Assert.Equal(new UnlockResult.MustWait(5), await guesser.EnterAsync(_handle, _code));
        _it.Clock.Advance(TimeSpan.FromSeconds(4.5));
        Assert.Equal(new UnlockResult.MustWait(1), await guesser.EnterAsync(_handle, _code));
        Assert.IsType<UnlockResult.Malformed>(await guesser.EnterAsync(_handle, "what?"));
        _it.Clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.IsType<UnlockResult.Wrong>(await guesser.EnterAsync(_handle, Codes.Wrong(_code)));
        Assert.Equal(new UnlockResult.MustWait(10), await guesser.EnterAsync(_handle, _code));
        Assert.IsType<UnlockResult.Wrong>(await neighbour.EnterAsync(_handle, Codes.Wrong(_code)));
        Assert.Equal(5, (await _it.SharingOfAsync("cust_a")).AccessCode.FailureCount);

        _it.Clock.Advance(TimeSpan.FromSeconds(10));
        await guesser.UnlockedAsync(_handle, _code);
        var fresh = _it.NewBrowser();
        Assert.IsType<UnlockResult.Wrong>(await fresh.EnterAsync(_handle, Codes.Wrong(_code))); // a match forgets the address
        Assert.IsType<UnlockResult.Wrong>(await fresh.EnterAsync(_handle, Codes.Wrong(_code)));
    }

    [Fact]
    public async Task A_wait_is_forgotten_after_a_day()
    {
        var guesser = _it.NewBrowser();
        for (var i = 0; i < 8; i++)
        {
            await guesser.EnterAsync(_handle, Codes.Wrong(_code));
            _it.Clock.Advance(TimeSpan.FromMinutes(15));
        }

        _it.Clock.Advance(TimeSpan.FromHours(24));
        for (var i = 0; i < 2; i++) Assert.IsType<UnlockResult.Wrong>(await guesser.EnterAsync(_handle, Codes.Wrong(_code)));
        Assert.IsType<UnlockResult.Wrong>(await guesser.EnterAsync(_handle, Codes.Wrong(_code)));
        Assert.Equal(new UnlockResult.MustWait(5), await guesser.EnterAsync(_handle, _code));
    }

    [Fact]
    public async Task Whoever_has_one_address_of_an_IPv6_network_has_all_of_them_and_an_IPv4_one_stays_itself()
    {
        foreach (var address in (string[])["2001:db8:1:2::1", "2001:db8:1:2:ffff::2", "2001:db8:1:2::3"])
            Assert.IsType<UnlockResult.Wrong>(await _it.NewBrowser(address: address).EnterAsync(_handle, Codes.Wrong(_code)));
        Assert.IsType<UnlockResult.MustWait>(await _it.NewBrowser(address: "2001:db8:1:2::4").EnterAsync(_handle, _code));
        Assert.IsType<UnlockResult.Opened>(await _it.NewBrowser(address: "2001:db8:1:3::4").EnterAsync(_handle, _code));

        for (var i = 0; i < 3; i++) await _it.NewBrowser(address: "203.0.113.9").EnterAsync(_handle, Codes.Wrong(_code));
        Assert.IsType<UnlockResult.MustWait>(await _it.NewBrowser(address: "::ffff:203.0.113.9").EnterAsync(_handle, _code));
        Assert.Equal(0L, await _it.Host.QueryAsync<long>("SELECT count(*) FROM access_log WHERE client_address NOT IN ('203.0.113.0/24', '2001:db8:1::/48')"));
    }

    [Fact]
    public async Task A_wait_belongs_to_one_link()
    {
        var other = await _it.ShareAsync("cust_b");
        var browser = _it.NewBrowser();
        for (var i = 0; i < 3; i++) await browser.EnterAsync(_handle, Codes.Wrong(_code));

        Assert.IsType<UnlockResult.MustWait>(await browser.EnterAsync(_handle, _code));
        await browser.UnlockedAsync(other, await _it.CodeAsync("cust_b"));
    }

    [Fact]
    public async Task A_hundred_failures_lock_the_code_and_shut_out_nobody_who_was_let_in()
    {
        var (customer, session) = (await _it.NewBrowser().UnlockedAsync(_handle, _code), await _it.NewBrowser().UnlockedAsync(_handle, _code));
        await _it.DoneAsync(new CloseRecord(customer.Visitor(), _handle));
        await GuessAsync(100);

        Assert.Equal(new UnlockResult.Exhausted("Acme Inference"), await Stranger(200).EnterAsync(_handle, _code));
        var locked = await _it.SharingOfAsync("cust_a");
        Assert.Equal(("CODE_LOCKED", 100, true, false), (locked.SharingState, locked.AccessCode.FailureCount, locked.AccessCode.Locked, locked.AccessCode.Ready));
        Assert.Equal(RecordTier.Inner, await session.TierAsync(_handle));
        for (var i = 0; i < 9; i++) Assert.IsType<UnlockResult.Wrong>(await customer.EnterAsync(_handle, Codes.Wrong(_code)));
        await customer.UnlockedAsync(_handle, _code);
        Assert.Equal(100, (await _it.SharingOfAsync("cust_a")).AccessCode.FailureCount);

        await _it.DoneAsync(new RotateAccessCode(await _it.CallerAsync(), "cust_a", null));
        var rotated = await _it.SharingOfAsync("cust_a");
        Assert.Equal(("ACTIVE", 0), (rotated.SharingState, rotated.AccessCode.FailureCount));
        await Stranger(201).UnlockedAsync(_handle, await _it.CodeAsync("cust_a"));
    }

    [Fact]
    public async Task A_known_browser_has_ten_failures_of_its_own_under_the_code_that_let_it_in()
    {
        var customer = await _it.NewBrowser().UnlockedAsync(_handle, _code);
        await _it.DoneAsync(new CloseRecord(customer.Visitor(), _handle));
        await GuessAsync(100);
        for (var i = 0; i < 10; i++) Assert.IsType<UnlockResult.Wrong>(await customer.EnterAsync(_handle, Codes.Wrong(_code)));

        Assert.IsType<UnlockResult.Exhausted>(await customer.EnterAsync(_handle, _code));
        Assert.Equal(100L, await _it.Host.QueryAsync<long>("SELECT count(*) FROM code_failures"));
    }

    [Fact]
    public async Task What_was_known_under_another_code_or_ninety_days_ago_is_known_no_more()
    {
        var (old, longAgo) = (await _it.NewBrowser().UnlockedAsync(_handle, _code), _it.NewBrowser());
        await _it.DoneAsync(new RotateAccessCode(await _it.CallerAsync(), "cust_a", null));
        _code = await _it.CodeAsync("cust_a");
        await longAgo.UnlockedAsync(_handle, _code);
        _it.Clock.Advance(TimeSpan.FromDays(90));
        await GuessAsync(100);

        Assert.IsType<UnlockResult.Exhausted>(await old.EnterAsync(_handle, _code));
        Assert.IsType<UnlockResult.Exhausted>(await longAgo.EnterAsync(_handle, _code));
    }

    [Fact]
    public async Task Failures_age_out_of_the_budget()
    {
        await GuessAsync(60);
        _it.Clock.Advance(TimeSpan.FromDays(45));
        await GuessAsync(40, from: 60);
        Assert.IsType<UnlockResult.Exhausted>(await Stranger(200).EnterAsync(_handle, _code));

        _it.Clock.Advance(TimeSpan.FromDays(45));
        Assert.Equal(40, (await _it.SharingOfAsync("cust_a")).AccessCode.FailureCount);
        await Stranger(201).UnlockedAsync(_handle, _code);
    }

    [Fact]
    public async Task Of_guesses_that_come_all_at_once_a_hundred_are_looked_at_and_no_more()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 160).Select(i => Stranger(i).EnterAsync(_handle, Codes.Wrong(_code))));

        Assert.Equal((100, 60), (results.Count(result => result is UnlockResult.Wrong), results.Count(result => result is UnlockResult.Exhausted)));
        Assert.Equal(100L, await _it.Host.QueryAsync<long>("SELECT count(*) FROM code_failures"));
        Assert.Equal(100L, await _it.Host.QueryAsync<long>("SELECT count(*) FROM access_log WHERE kind = 'step_up_failed'"));
    }

    [Fact]
    public async Task Of_guesses_from_one_address_that_come_all_at_once_three_are_looked_at()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => _it.NewBrowser().EnterAsync(_handle, Codes.Wrong(_code))));

        Assert.Equal((3, 37), (results.Count(result => result is UnlockResult.Wrong), results.Count(result => result is UnlockResult.MustWait)));
    }

    [Fact]
    public async Task Five_failures_in_a_quarter_of_an_hour_are_told_once_an_hour()
    {
        var start = _it.Clock.GetUtcNow();
        await GuessAsync(4);
        _it.Clock.Advance(TimeSpan.FromMinutes(15));
        await GuessAsync(4, from: 10);
        Assert.Empty(_it.News.Told);

        _it.Clock.Advance(TimeSpan.FromMinutes(5));
        await GuessAsync(3, from: 20);
        var news = Assert.IsType<StepUpFailedRepeatedly>(Assert.Single(_it.News.Told));
        Assert.Equal(
            ("cust_a", "app.example.com", 5, start.AddMinutes(15), start.AddMinutes(20), 9, false),
            (news.CustomerId, news.Host, news.FailureCount, news.WindowStart, news.LastFailedAt, news.TotalFailures, news.Locked));

        _it.Clock.Advance(TimeSpan.FromMinutes(59));
        await GuessAsync(6, from: 30);
        Assert.Single(_it.News.Told);
        _it.Clock.Advance(TimeSpan.FromMinutes(1));
        await GuessAsync(1, from: 40);
        Assert.Equal(2, _it.News.Told.Count);
    }

    private Browser Stranger(int number) => _it.NewBrowser(address: string.Create(CultureInfo.InvariantCulture, $"198.51.{number / 250}.{number % 250 + 1}"));

    private async Task GuessAsync(int count, int from = 0)
    {
        for (var i = 0; i < count; i++) Assert.IsType<UnlockResult.Wrong>(await Stranger(from + i).EnterAsync(_handle, Codes.Wrong(_code)));
    }
}
