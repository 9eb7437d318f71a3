using System.Globalization;
using System.Text.Json;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using PacSpace.Features.Pipeline;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.SharedRecord;

/// <summary>A billing middleware with one seller, whose parent's name stands nowhere; every answer is read for it, byte by byte,
/// and for words that customers must not read.</summary>
public sealed class SharedRecordScenario : IAsyncDisposable
{
    public const string Parent = "Parent Billing Inc";
    public const string Seller = "Acme Inference";

    private SharedRecordScenario(ClosingScenario it, string account) => (It, Account) = (it, account);

    public ClosingScenario It { get; }

    public FakeClock Clock => It.Clock;

    public string Account { get; }

    /// <summary>What was recorded, in order.</summary>
    public List<Sent> Sent { get; } = [];

    public static async Task<SharedRecordScenario> StartAsync(PostgresFixture postgres, string? unit = "credits")
    {
        var it = await ClosingScenario.StartAsync(postgres, isMiddleware: true, unit: unit);
        await it.Host.ExecuteAsync("UPDATE tenants SET name = $2 WHERE tenant_id = $1", it.Tenant.TenantId, Parent);
        return new SharedRecordScenario(it, await it.Host.CreateVendorAccountAsync(it.Tenant.TenantId, Seller));
    }

    public async Task<Sent> EmitAsync(string customerId, decimal delta, string? referenceId = null)
    {
        var answer = await It.Tenant.PostAsync(
            "/api/v1/balance/delta", new { customerId, delta, reason = "tokens", referenceId, metadata = new { secret = "metadata" }, vendorAccountId = Account },
            ("Idempotency-Key", $"key-{Sent.Count}")); // what is kept with the key tells a damaged row from what was acknowledged
        Assert.True(answer.Status == 201, answer.Text);
        var sent = new Sent(
            customerId, (long)answer.Data.Number("sequenceNumber"), DateTimeOffset.Parse(answer.Data.Text("acceptedAt")!, CultureInfo.InvariantCulture), delta, referenceId,
            answer.Data.Text("recordId")!, answer.Data.Text("itemHash")!);
        Sent.Add(sent);
        return sent;
    }

    /// <summary>A completed checkpoint.</summary>
    public async Task<JsonElement> CloseAsync(object body)
    {
        var answer = await It.CommitAsync(body);
        Assert.True(answer.Status is 200 or 201, answer.Text);
        await It.CompletedAsync(answer.Data.Text("checkpointId")!);
        return answer.Data;
    }

    public Task<JsonElement> CloseAsync(string customerId, string period) => CloseAsync(new { customerId, period, vendorAccountId = Account });

    public async Task<JsonElement> ReadAsync(string customerId, string rest) => Clean(await AskAsync(customerId, rest)).Data;

    public Task<Answer> AskAsync(string customerId, string rest) => It.Tenant.GetAsync($"/api/v1/middleware/customers/{customerId}/{rest}");

    public Task<Answer> CompareAsync(string customerId, object body) => It.Tenant.PostAsync($"/api/v1/middleware/customers/{customerId}/compare", body);

    /// <summary>As pages ask: the request itself, by a caller without a key.</summary>
    public async Task<T> SendAsync<T>(IRequest<Outcome<T>> request)
        where T : notnull
    {
        await using var scope = It.Host.Services.CreateAsyncScope();
        var outcome = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
        Assert.True(outcome.Accepted(out var value, out var refusal), refusal?.ToString());
        return value!;
    }

    public static Caller LinkOf(TestTenant tenant, bool isMiddleware) => new()
    {
        TenantId = tenant.TenantId,
        TenantName = Seller,
        Environment = tenant.Environment,
        IsMiddleware = isMiddleware,
        Tier = "enterprise",
    };

    public Answer Clean(Answer answer)
    {
        Assert.True(answer.Status == 200, answer.Text);
        var bytes = answer.Text + string.Join('\n', answer.Headers.Select(header => $"{header.Key}: {header.Value}"));
        foreach (var hidden in new[] { "Parent", "Billing", It.Tenant.TenantId, "metadata" }) Assert.DoesNotContain(hidden, bytes, StringComparison.OrdinalIgnoreCase);
        Assert.False(BannedWords.IsIn(answer.Text), answer.Text);
        var identity = answer.Data.GetProperty("recordedBy");
        Assert.Equal(
            (Seller, "middleware_vendor_account", Account, Seller, Account),
            (answer.Data.GetProperty("tenant").Text("name"), identity.Text("type"), identity.Text("id"), identity.Text("displayName"), answer.Data.Text("vendorAccountId")));
        return answer;
    }

    public ValueTask DisposeAsync() => It.DisposeAsync();
}

/// <param name="Leaf">Its fingerprint.</param>
public sealed record Sent(string CustomerId, long Seq, DateTimeOffset At, decimal Delta, string? ReferenceId, string RecordId, string Leaf)
{
    /// <summary>The row that customers see, as one line.</summary>
    public string Row(string state) => Line(RecordId, Seq, At.Iso(), "credits", Math.Abs(Delta), Delta, "tokens", ReferenceId, Leaf, state);

    public static string Row(JsonElement row) => Line(
        row.Text("recordId"), (long)row.Number("sequenceNumber"), DateTimeOffset.Parse(row.Text("time")!, CultureInfo.InvariantCulture).Iso(), row.Text("unit"), row.Number("recordedValue"),
        row.Number("signedDelta"), row.Text("reason"), row.Text("referenceId"), row.Text("fingerprint"), row.Text("state"));

    private static string Line(params object?[] values) => string.Join(' ', values.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)));
}
