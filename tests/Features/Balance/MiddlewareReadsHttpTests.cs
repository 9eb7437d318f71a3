using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Balance;

/// <summary>Reads of a billing middleware (api-balance 1.12): the account is needed only where the customer's id exists under several.</summary>
public sealed class MiddlewareReadsHttpTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await ClosingScenario.StartAsync(postgres, isMiddleware: true);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task One_of_two_accounts_must_be_named_where_both_have_the_customer()
    {
        var (one, two) = (await _it.Host.CreateVendorAccountAsync(_it.Tenant.TenantId), await _it.Host.CreateVendorAccountAsync(_it.Tenant.TenantId));
        var archived = await _it.Host.CreateVendorAccountAsync(_it.Tenant.TenantId);
        await _it.Host.ExecuteAsync("UPDATE vendor_accounts SET archived_at = now() WHERE vendor_account_id = $1", archived);
        await _it.EmitAsync("both", 1, vendorAccountId: one);
        await _it.EmitAsync("both", 2, vendorAccountId: two);
        await _it.EmitAsync("only", 3, vendorAccountId: two);
        await _it.SealedAsync();
        _it.Clock.Set(ClosingScenario.April.AddMinutes(1));
        var checkpoint = (await _it.CommitAsync(new { customerId = "both", period = "2026-03", vendorAccountId = two })).Data.Text("checkpointId");

        foreach (var (path, body) in Reads(checkpoint))
        {
            Assert.Equal((path, "400 VENDOR_ACCOUNT_REQUIRED"), (path, (await AskAsync(path, body, "both", null)).ToString()));
            Assert.Equal((path, "404 CUSTOMER_NOT_FOUND"), (path, (await AskAsync(path, body, "both", archived)).ToString()));
            Assert.Equal((path, "400 VALIDATION_ERROR"), (path, (await AskAsync(path, body, "both", "nobody")).ToString()));
            var answer = await AskAsync(path, body, "both", two);
            Assert.True(answer.Status is 200 or 201, $"{path}: {answer.Text}");
            if (answer.Data.TryGetProperty("vendorAccountId", out var shown)) Assert.Equal((path, two), (path, shown.GetString()));
            if (!path.Contains("diff", StringComparison.Ordinal)) Assert.True((await AskAsync(path, body, "only", null)).Status is 200 or 201, path);
        }
    }

    private static IEnumerable<(string Path, string? Body)> Reads(string? checkpoint) =>
    [
        ("/api/v1/balance/compare", """{"customerId":"CUSTOMER","yourBalance":1,"theirBalance":2ACCOUNT}"""),
        ("/api/v1/balance/gaps/CUSTOMER", null),
        ("/api/v1/balance/checkpoint-timeline/CUSTOMER", null),
        ("/api/v1/balance/checkpoint-diff/CUSTOMER", $$"""{"leftCheckpointId":"{{checkpoint}}","rightCheckpointId":"{{checkpoint}}"ACCOUNT}"""),
        ("/api/v1/balance/customers/CUSTOMER/receipts", null),
        ("/api/v1/balance/receipt/CUSTOMER/preview", null),
    ];

    private Task<Answer> AskAsync(string path, string? body, string customer, string? account)
    {
        path = path.Replace("CUSTOMER", customer, StringComparison.Ordinal);
        if (body is null) return _it.Tenant.GetAsync(account is null ? path : $"{path}?vendorAccountId={account}");
        return _it.Tenant.PostRawAsync(
            path,
            body.Replace("CUSTOMER", customer, StringComparison.Ordinal)
                .Replace("ACCOUNT", account is null ? "" : $",\"vendorAccountId\":\"{account}\"", StringComparison.Ordinal));
    }
}
