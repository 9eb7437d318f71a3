namespace PacSpace.Bench;

/// <summary>What recording pays when somebody listens: the same load with one endpoint that is enabled and with the same one disabled, in turns.
/// In the sandbox, because an endpoint in production is reached by https only.</summary>
internal sealed class WebhookPart(Installation installation, BenchOptions options, Figures figures)
{
    private const int Connections = 64;

    private readonly Emits _emits = new(installation, () => installation.Connect("sandbox"));
    private readonly TimeSpan _round = TimeSpan.FromSeconds(options.Seconds);

    public async Task RunAsync()
    {
        await using var receiver = new WebhookReceiver();
        var webhookId = await installation.ListenAsync("sandbox", receiver.Url);
        await _emits.SinglesAsync(Connections, TimeSpan.FromSeconds(Math.Min(3, options.Seconds)), withKeys: false);
        var (ratios, rates, told, cpu) = (new List<double>(), (With: new List<double>(), Without: new List<double>()), new List<double>(), default(CpuShare));
        for (var round = 0; round < options.Rounds; round++)
        {
            // Which comes first changes, so that neither has always the fuller tables.
            foreach (var isListening in round % 2 == 0 ? (bool[])[false, true] : [true, false])
            {
                // What waited is given up when the endpoint is disabled: each round begins with nothing to send.
                await installation.SetListeningAsync("sandbox", webhookId, isListening);
                await installation.SealedAsync();
                var before = receiver.Received;
                var load = await _emits.SinglesAsync(Connections, _round, withKeys: false);
                (isListening ? rates.With : rates.Without).Add(load.PerSecond);
                if (!isListening) continue;
                told.Add((receiver.Received - before) / _round.TotalSeconds);
                cpu += load.Cpu;
            }

            ratios.Add(rates.With[^1] / rates.Without[^1]);
        }

        await installation.SetListeningAsync("sandbox", webhookId, false);
        figures.Add(new Figure($"one delta a request, {Connections} connections, with one webhook endpoint, against without", "0.8x", "0.9x", ratios, "0.00x", WriteParts.Rates(rates.With, rates.Without)));
        figures.Add(new Figure("webhooks sent meanwhile, a second", "", "", told, "0", "an endpoint is sent 500 a second at most; the rest waits its turn"));
        figures.Remark($"With a webhook endpoint: processor time {cpu}.");
    }
}
