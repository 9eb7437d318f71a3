using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

internal sealed class ListApiKeysValidator : RequestValidator<ListApiKeys>
{
    public ListApiKeysValidator() => RuleFor(request => request.TenantId).Required();
}
