using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

internal sealed class ListTenantsValidator : RequestValidator<ListTenants>;
