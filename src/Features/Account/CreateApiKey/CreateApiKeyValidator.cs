using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

internal sealed class CreateApiKeyValidator : RequestValidator<CreateApiKey>
{
    private const int MaxNameLength = 100;

    public CreateApiKeyValidator()
    {
        RuleFor(request => request.TenantId).Required();
        RuleFor(request => request.Environment).Environment();
        RuleFor(request => request.Name).Characters(1, MaxNameLength).NotBlank();
    }
}
