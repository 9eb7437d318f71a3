using PacSpace.Features.Account;
using PacSpace.Features.Commands;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

/// <summary>What the operator's commands of this area have in common: whose customer, or whose settings.</summary>
internal abstract class SharingCommand(TenantCallers callers) : OperatorCommand
{
    protected void NamesTenant() => Option("tenant", "TENANT", "a tenant id", isRequired: true);

    protected void NamesCustomer()
    {
        Argument("CUSTOMER", "the vendor's id of the customer");
        NamesTenant();
        Option("environment", "ENV", "sandbox or production", isRequired: true);
        Option("vendor-account", "ID", "under billing middleware: whose customer, when several have one of this id");
    }

    protected static string CustomerOf(CommandInput input) => input.Arguments[0];

    protected static string? VendorAccountOf(CommandInput input) => input.Text("vendor-account");

    /// <summary>The tenant in the environment that was named.</summary>
    protected Task<Outcome<Caller>> CallerAsync(CommandInput input, CancellationToken ct) => callers.FindAsync(input.Text("tenant")!, input.Text("environment")!, ct);

    /// <summary>The tenant, for what belongs to no environment: in whichever it has.</summary>
    protected async Task<Outcome<Caller>> TenantAsync(CommandInput input, CancellationToken ct)
    {
        var found = await callers.FindAsync(input.Text("tenant")!, Environments.Production, ct);
        return !found.Accepted(out _, out var refusal) && refusal.Code == RefusalCode.EnvironmentNotProvisioned
            ? await callers.FindAsync(input.Text("tenant")!, Environments.Sandbox, ct)
            : found;
    }
}
