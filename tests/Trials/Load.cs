using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using PacSpace.Testing;

namespace PacSpace.Trials.Tests;

/// <summary>What a worker does about a request that got no answer.</summary>
internal enum Unanswered
{
    /// <summary>Half of them are sent again until they are answered; the others wait for the end of the trial.</summary>
    GoesOn,

    /// <summary>The worker ends: it is on the other side of a server that stops.</summary>
    Ends,
}

/// <summary>Several clients that record for a handful of customers of different size. Each request has a key and a body of its
/// own, and each item a reference by which it is found again.</summary>
internal sealed class Load : IAsyncDisposable
{
    private const int Customers = 12;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly TrialInstallation _installation;
    private readonly Unanswered _unanswered;
    private readonly Random _random;
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = Patience };
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<EmitRequest> _requests = [];
    private readonly List<string> _surprises = [];
    private readonly Dictionary<string, int> _fates = [];
    private List<Task> _workers = [];
    private int _answered;
    private int _laters;

    public Load(TrialInstallation installation, string apiKey, Unanswered unanswered = Unanswered.GoesOn, int metadataBytes = 0)
    {
        (_installation, _unanswered, _random, MetadataBytes) = (installation, unanswered, new Random(Sizes.Seed), metadataBytes);
        _http.DefaultRequestHeaders.Add("X-Api-Key", apiKey);
    }

    /// <summary>Random text with each item, so that it takes room.</summary>
    public int MetadataBytes { get; set; }

    public int Answered => Volatile.Read(ref _answered);

    /// <summary>Answers of 503.</summary>
    public int Laters => Volatile.Read(ref _laters);

    public IReadOnlyList<EmitRequest> Requests
    {
        get
        {
            lock (_gate) return [.. _requests];
        }
    }

    public string Summary
    {
        get
        {
            lock (_gate)
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_requests.Count} requests with {_requests.Sum(r => r.Items.Count)} records; {string.Join(", ", _fates.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key} {f.Value}"))}");
            }
        }
    }

    public void Start() => _workers = [.. Enumerable.Range(0, Sizes.Workers).Select(_ => Task.Run(WorkAsync))];

    /// <summary>Completes when that many more requests are answered.</summary>
    public async Task AnswersAsync(int more)
    {
        var enough = Answered + more;
        await Eventually.HoldsAsync(() => Answered >= enough || _workers.Any(w => w.IsFaulted), TimeSpan.FromMinutes(2));
    }

    /// <summary>No new requests; completes when those under way have come to something.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_workers);
        NothingWasSurprising();
    }

    /// <summary>Completes when every worker has met its end.</summary>
    public async Task EndsAsync()
    {
        await Task.WhenAll(_workers);
        NothingWasSurprising();
    }

    /// <summary>Sends what was never answered again under its own key, until all is answered.</summary>
    /// <returns>How many there were, and how many of them turn out to have been recorded at first.</returns>
    public async Task<(int Unanswered, int Recorded)> SettleAsync()
    {
        var left = Requests.Where(request => request.Answer is null).ToList();
        var replayed = 0;
        foreach (var request in left)
        {
            await Eventually.HoldsAsync(async () => await TryAsync(request) == Fate.Answered, TimeSpan.FromMinutes(1));
            if (request.WasReplayed) replayed++;
        }

        NothingWasSurprising();
        return (left.Count, replayed);
    }

    /// <summary>Whatever was answered is there once, with the hashes answered; whatever was not is there once or not at all.</summary>
    public void IsThereOnceOrNotAtAll(IReadOnlyList<StoredRow> rows)
    {
        var stored = rows.ToLookup(row => row.ReferenceId);
        foreach (var request in Requests)
        {
            var found = request.Items.Select(item => stored[item.ReferenceId].Count()).Distinct().ToList();
            Assert.True(found is [0] or [1], $"Request {request.Key} is there {string.Join(" and ", found)} times.");
            if (request.Answer is not null) Assert.True(found is [1], $"Request {request.Key} was answered and is lost.");
        }

        IsAsAnswered(rows);
    }

    /// <summary>Every request is there once, as it was answered, and nothing else is.</summary>
    public void IsThereOnce(IReadOnlyList<StoredRow> rows)
    {
        Assert.All(Requests, request => Assert.NotNull(request.Answer));
        IsThereOnceOrNotAtAll(rows);
        Assert.Equal(Requests.Sum(request => request.Items.Count), rows.Count);
        Assert.Equal(Enumerable.Range(0, rows.Count).Select(i => (long)i), rows.Select(row => row.LedgerIndex));
        foreach (var customer in rows.GroupBy(row => row.CustomerId))
        {
            var (seq, balance) = (0L, 0m);
            foreach (var row in customer)
            {
                Assert.Equal((++seq, balance += row.Delta), (row.Seq, row.BalanceAfter));
            }
        }
    }

    /// <summary>A sample of what was answered long ago is answered the same again, byte for byte.</summary>
    public async Task IsReplayedAsync(int sample)
    {
        var requests = Requests;
        for (var i = 0; i < sample; i++)
        {
            var request = requests[i * requests.Count / sample];
            Assert.Equal(Fate.Answered, await TryAsync(request));
            Assert.True(request.WasReplayed);
        }

        NothingWasSurprising();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_workers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _http.Dispose();
    }

    private static void IsAsAnswered(EmitRequest request, ILookup<string, StoredRow> stored)
    {
        foreach (var (item, answer) in request.Items.Zip(request.Answered()))
        {
            var row = stored[item.ReferenceId].Single();
            Assert.Equal(
                (answer.RecordId, answer.ItemHash, answer.Seq, answer.BalanceAfter, item.CustomerId, item.Delta),
                (row.RecordId, row.ItemHash, row.Seq, row.BalanceAfter, row.CustomerId, row.Delta));
        }
    }

    private void IsAsAnswered(IReadOnlyList<StoredRow> rows)
    {
        var stored = rows.ToLookup(row => row.ReferenceId);
        foreach (var request in Requests.Where(request => request.Answer is not null)) IsAsAnswered(request, stored);
    }

    private void NothingWasSurprising()
    {
        lock (_gate) Assert.True(_surprises.Count == 0, string.Join('\n', _surprises.Take(20)));
    }

    private async Task WorkAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var (request, isPatient) = Next();
            while (true)
            {
                var fate = await TryAsync(request);
                if (fate == Fate.Answered) break;
                if (_unanswered == Unanswered.Ends) return;
                if (_stop.IsCancellationRequested || (fate == Fate.Unknown && !isPatient)) break;
                await Task.Delay(Pause);
            }
        }
    }

    private (EmitRequest Request, bool IsPatient) Next()
    {
        lock (_gate)
        {
            var isGroup = _random.Next(4) == 0;
            var number = _requests.Count;
            var items = new EmitItem[isGroup ? _random.Next(1, 6) : 1];
            for (var i = 0; i < items.Length; i++)
            {
                var customer = (int)(Customers * Math.Pow(_random.NextDouble(), 2));
                items[i] = new EmitItem(
                    string.Create(CultureInfo.InvariantCulture, $"cust_{customer:00}"), (_random.Next(2) == 0 ? 1 : -1) * _random.Next(1, 10_000_000) / 1000m,
                    string.Create(CultureInfo.InvariantCulture, $"r{number}.{i}"),
                    MetadataBytes == 0 ? null : Convert.ToHexString(Bytes(MetadataBytes / 2)));
            }

            var request = new EmitRequest(string.Create(CultureInfo.InvariantCulture, $"key-{number}"), isGroup, items);
            _requests.Add(request);
            return (request, _random.Next(2) == 0);
        }
    }

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    private Node? Door()
    {
        var open = _installation.Nodes.Where(node => node.IsOpen).ToList();
        lock (_gate) return open.Count == 0 ? null : open[_random.Next(open.Count)];
    }

    private async Task<Fate> TryAsync(EmitRequest request)
    {
        var fate = await SendAsync(request);
        lock (_gate) _fates[fate.ToString()] = _fates.GetValueOrDefault(fate.ToString()) + 1;
        return fate;
    }

    private async Task<Fate> SendAsync(EmitRequest request)
    {
        if (Door() is not { } door) return Fate.Refused;
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(door.Address, request.Path));
        message.Headers.Add("Idempotency-Key", request.Key);
        message.Content = new ByteArrayContent(request.Body);
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            using var response = await _http.SendAsync(message);
            var bytes = await response.Content.ReadAsByteArrayAsync();
            switch ((int)response.StatusCode)
            {
                case 201:
                    if (!request.Settle(bytes, response.Headers.Contains("Idempotent-Replayed"))) Surprise(request, "was answered anew", bytes);
                    Interlocked.Increment(ref _answered);
                    return Fate.Answered;
                case 202 or 429 or 503:
                    if (response.Headers.RetryAfter?.Delta is not { TotalSeconds: >= 1 }) Surprise(request, $"{response.StatusCode} without Retry-After", bytes);
                    if ((int)response.StatusCode == 503) Interlocked.Increment(ref _laters);
                    return (int)response.StatusCode == 503 ? Fate.Unknown : Fate.Later;
                default:
                    Surprise(request, response.StatusCode.ToString(), bytes);
                    return Fate.Surprise;
            }
        }
        catch (HttpRequestException refused) when (refused.HttpRequestError == HttpRequestError.ConnectionError)
        {
            return Fate.Refused;
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or TaskCanceledException)
        {
            return Fate.Unknown;
        }
    }

    private void Surprise(EmitRequest request, string what, byte[] body)
    {
        lock (_gate) _surprises.Add($"{request.Key}: {what}: {Encoding.UTF8.GetString(body)}");
    }

    private enum Fate
    {
        Answered,

        /// <summary>It says itself that nothing was done, or nobody was there.</summary>
        Refused,

        /// <summary>The key is at work, or there were too many.</summary>
        Later,

        /// <summary>503, or no answer at all: it may be recorded.</summary>
        Unknown,
        Surprise,
    }
}

internal sealed record EmitItem(string CustomerId, decimal Delta, string ReferenceId, string? Metadata);

internal sealed record AnsweredItem(string RecordId, string ItemHash, long Seq, decimal BalanceAfter);

/// <summary>One request, its bytes made once, and the first answer that it got.</summary>
internal sealed class EmitRequest(string key, bool isGroup, IReadOnlyList<EmitItem> items)
{
    public string Key => key;

    public IReadOnlyList<EmitItem> Items => items;

    public string Path => isGroup ? "/api/v1/balance/delta/batch" : "/api/v1/balance/delta";

    public byte[] Body { get; } = Encoding.UTF8.GetBytes(isGroup
        ? $$"""{"deltas":[{{string.Join(',', items.Select(Text))}}]}"""
        : Text(items[0]));

    public byte[]? Answer { get; private set; }

    /// <summary>The latest answer was that of an earlier request.</summary>
    public bool WasReplayed { get; private set; }

    /// <summary>False when it was answered before, and otherwise.</summary>
    public bool Settle(byte[] answer, bool isReplay)
    {
        var isSame = Answer is null || Answer.AsSpan().SequenceEqual(answer);
        Answer ??= answer;
        WasReplayed = isReplay;
        return isSame;
    }

    public IReadOnlyList<AnsweredItem> Answered()
    {
        using var json = JsonDocument.Parse(Answer!);
        var data = json.RootElement.GetProperty("data");
        var each = isGroup ? data.GetProperty("results").EnumerateArray().ToArray() : [data];
        return Array.ConvertAll(each, item => new AnsweredItem(
            item.GetProperty("recordId").GetString()!, item.GetProperty("itemHash").GetString()!,
            item.GetProperty("sequenceNumber").GetInt64(), item.GetProperty("balanceAfter").GetDecimal()));
    }

    private static string Text(EmitItem item) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"customerId":"{{item.CustomerId}}","delta":{{item.Delta}},"reason":"tokens","referenceId":"{{item.ReferenceId}}"{{(item.Metadata is null ? "" : $$""","metadata":{"room":"{{item.Metadata}}"}""")}}}""");
}
