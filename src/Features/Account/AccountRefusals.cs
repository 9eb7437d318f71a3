using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

internal static class AccountRefusals
{
    public static Refusal NoTenant() => Refusal.NotFound("No tenant has this id");

    public static Refusal NoKey() => Refusal.NotFound("No key has this public half");

    public static Refusal NoVendorAccount() => Refusal.NotFound("No vendor account has this id");

    public static Refusal TenantDisabled() => new(RefusalCode.Conflict, "The tenant is disabled");

    public static Refusal NotProvisioned() => new(RefusalCode.EnvironmentNotProvisioned, "This environment is not provisioned");

    public static Refusal NoProduction() => new(RefusalCode.Forbidden, "Tier free has the sandbox alone");

    public static Refusal KeyNotActive() => new(RefusalCode.Conflict, "The key is disabled or was rotated before");

    public static Refusal NotMiddleware() =>
        new(RefusalCode.VendorAccountForbidden, "Vendor accounts belong to billing middleware; this tenant records for itself");

    public static Refusal AccountExists() => new(RefusalCode.Conflict, "A vendor account has this id already");
}
