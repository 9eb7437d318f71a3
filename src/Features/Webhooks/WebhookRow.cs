using FluentValidation;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Features.Webhooks;

/// <summary>An endpoint as every route shows it (api-dashboard 10).</summary>
public sealed record WebhookRow(
    string Id, string Url, string? Description, string Environment, bool Enabled, string? DisabledReason, DateTimeOffset CreatedAt, DateTimeOffset? LastTriggered,
    long SuccessCount, long FailureCount, DateTimeOffset? FailingSince, DateTimeOffset? PreviousSecretExpiresAt)
{
    internal static WebhookRow Of(WebhookEndpoint endpoint, DateTimeOffset now) => new(
        endpoint.WebhookId, endpoint.Url, endpoint.Description, endpoint.Environment, endpoint.IsEnabled, endpoint.DisabledReason, endpoint.CreatedAt,
        endpoint.LastTriggeredAt, endpoint.SuccessCount, endpoint.FailureCount, endpoint.FailingSince,
        endpoint.PreviousSecretExpiresAt > now ? endpoint.PreviousSecretExpiresAt : null);
}

internal static class WebhookRules
{
    public const string IdPrefix = "webhook_";

    public static IRuleBuilderOptions<T, string?> WebhookUrl<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(WebhookAddresses.IsUrl).WithMessage($"must be an http or https address of at most {WebhookAddresses.MaxUrlLength} characters");

    public static IRuleBuilderOptions<T, string?> WebhookDescription<T>(this IRuleBuilder<T, string?> rule) => rule.Characters(0, 200);

    public static Refusal NoWebhook() => Refusal.NotFound("No webhook has this id");
}
