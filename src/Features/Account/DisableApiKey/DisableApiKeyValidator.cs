using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

internal sealed class DisableApiKeyValidator : RequestValidator<DisableApiKey>
{
    public DisableApiKeyValidator() => RuleFor(request => request.KeyId).Required();
}
