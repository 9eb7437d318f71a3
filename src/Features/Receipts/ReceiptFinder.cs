using PacSpace.Evidence;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Receipts;

/// <summary>Finds the checkpoint that a <c>:receiptId</c> names: a <c>chk_</c> id, or that checkpoint's root.</summary>
internal sealed class ReceiptFinder(CheckpointLookup checkpoints)
{
    /// <summary>Null for what is unknown, another tenant's or environment's, or not complete yet.</summary>
    public async Task<StoredCheckpoint?> FindAsync(Caller caller, string receiptId, CancellationToken ct)
    {
        var found = Hash.TryParse0x(receiptId, out var root) ? await checkpoints.FindAsync(root, ct) : await checkpoints.FindAsync(receiptId, ct);
        return found is { IsCompleted: true } && found.Customer.Ledger.TenantId == caller.TenantId && found.Environment == caller.Environment ? found : null;
    }

    /// <summary>The completed checkpoint with a receipt that whoever holds its <c>chk_</c> id may see; a root does not open it. A
    /// branded host has those of its vendor alone.</summary>
    public async Task<StoredCheckpoint?> FindPublicAsync(string receiptId, AskedHost host, CancellationToken ct) =>
        await checkpoints.FindAsync(receiptId, ct) is { IsCompleted: true, Mode: CheckpointMode.All } found && host.Serves(found.Customer.Ledger) ? found : null;
}
