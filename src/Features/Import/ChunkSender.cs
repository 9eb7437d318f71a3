using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace PacSpace.Features.Import;

/// <summary>Sends a chunk until each of its items has a final answer: one that comes too soon after its customer's last record
/// (<c>CADENCE_LIMIT</c>) is sent again with the others of its kind, in their order, when the tenant's interval is over.</summary>
/// <remarks>What is sent next follows from an answer that the installation keeps under its key, so a run that is taken up again
/// sends the same bytes under the same keys. An answer in which nothing was accepted is not kept; then the same is sent again.</remarks>
internal sealed class ChunkSender(BatchSender sender, TimeProvider clock, TimeSpan patience, Action<string> waits)
{
    private const string TooSoon = "CADENCE_LIMIT";

    private static readonly TimeSpan s_shortestWait = TimeSpan.FromSeconds(1);

    /// <exception cref="ImportStoppedException">A final refusal of a request, or no patience left.</exception>
    public async Task<BatchAnswer> SendAsync(DeltaChunk chunk, CancellationToken ct)
    {
        var (key, body, items) = (chunk.Key, chunk.Body!, Enumerable.Range(0, chunk.Rows.Count).ToList());
        var (recorded, replayed, refused) = (0, 0, new List<(int, string, string)>());
        for (var since = clock.GetTimestamp(); ;)
        {
            var answer = await sender.SendAsync(key, body, items.Count, ct);
            var early = answer.Refused.Where(r => r.Code == TooSoon).Select(r => r.Item).ToList();
            var isKept = answer.Recorded + answer.Replayed > 0;
            if (isKept || early.Count == 0)
            {
                recorded += answer.Recorded;
                replayed += answer.Replayed;
                refused.AddRange(answer.Refused.Where(r => r.Code != TooSoon).Select(r => (items[r.Item], r.Code, r.Message)));
            }

            if (early.Count == 0) return new BatchAnswer(recorded, replayed, refused);
            var interval = await sender.CadenceAsync(ct);
            if (isKept)
            {
                (body, items) = (Only(body, early), [.. early.Select(item => items[item])]);
                key = $"{chunk.Key}-{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 8))}";
                since = clock.GetTimestamp();
            }
            else if (clock.GetElapsedTime(since) > patience + interval)
            {
                throw new ImportStoppedException($"For {patience.TotalMinutes:0} minutes every item came too soon after its customer's last record.");
            }

            var wait = interval > s_shortestWait ? interval : s_shortestWait;
            waits(string.Create(CultureInfo.InvariantCulture, $"{TooSoon}: {early.Count} items come too soon after their customers' last; again in {wait.TotalSeconds:0.#} s"));
            await Task.Delay(wait, clock, ct);
        }
    }

    /// <summary>The same request with some of its items only, each as it was.</summary>
    private static byte[] Only(byte[] body, List<int> items)
    {
        using var json = JsonDocument.Parse(body);
        var some = new ArrayBufferWriter<byte>(body.Length);
        using (var writer = new Utf8JsonWriter(some))
        {
            writer.WriteStartObject();
            foreach (var member in json.RootElement.EnumerateObject())
            {
                writer.WritePropertyName(member.Name);
                if (member.Name != "deltas")
                {
                    member.Value.WriteTo(writer);
                    continue;
                }

                writer.WriteStartArray();
                foreach (var item in items) writer.WriteRawValue(member.Value[item].GetRawText());
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        return some.WrittenSpan.ToArray();
    }
}
