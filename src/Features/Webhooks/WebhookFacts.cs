using System.Text.Json;
using Npgsql;
using PacSpace.Features.Endpoints;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Features.Webhooks;

/// <summary>The one way from a slice into the outbox: in the transaction of the fact, before it commits. Nothing is written
/// while nobody listens.</summary>
internal static class WebhookFacts
{
    /// <param name="transaction">The connection whose transaction writes the fact.</param>
    /// <param name="data">As the catalogue says it; written once, the same for every endpoint and attempt.</param>
    /// <param name="at">The instant of the fact.</param>
    public static Task TellAsync<T>(
        NpgsqlConnection transaction, string tenantId, string environment, WebhookKind kind, T data, DateTimeOffset at, CancellationToken ct) =>
        WebhookOutbox.WriteAsync(transaction, tenantId, environment, kind, JsonSerializer.Serialize(data, WireJson.Options), at, ct);
}
