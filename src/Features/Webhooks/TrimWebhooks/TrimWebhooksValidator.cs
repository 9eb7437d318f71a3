using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Webhooks;

/// <summary>There is nothing to be wrong.</summary>
internal sealed class TrimWebhooksValidator : RequestValidator<TrimWebhooks>;
