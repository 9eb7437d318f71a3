using MediatR;
using Microsoft.AspNetCore.Mvc;
using PacSpace.Features.Balance;
using PacSpace.Features.Pipeline;

namespace PacSpace.Portal.Pages.Record;

/// <summary>One record, and its proof to take away (portal 3.3).</summary>
public sealed class RecordDetailModel(IMediator sender) : RecordPage(sender)
{
    private const string ProofPending = "The proof is being prepared. Try again in a moment.";
    private const string ProofImpossible = "No proof can be given: the stored record no longer matches its proof.";

    /// <summary>Null: there is no such record of this customer.</summary>
    public RecordResult? Shown { get; private set; }

    /// <summary>Why there is no proof just now; null when it is available.</summary>
    public string? Problem { get; private set; }

    public string ProofPath => $"{Home}/records/{Shown?.RecordId}/proof";

    public Task<IActionResult> OnGetAsync(string recordId) => ShowAsync(recordId, null);

    public async Task<IActionResult> OnPostProofAsync(string recordId)
    {
        if (await FindAsync(recordId) is not { } found) return await ShowAsync(recordId, null);
        if (found.FailedAt is not null) return await ShowAsync(recordId, ProofImpossible);
        var outcome = await Sender.Send(new GetRecordProof(Record.Caller, recordId, Metadata: false), HttpContext.RequestAborted);
        if (outcome.Accepted(out var proof, out var refusal)) return File(proof.Bytes.ToArray(), "application/json", proof.FileName);
        if (refusal.Code != RefusalCode.ProofUnavailable) return Refused(refusal);
        return await ShowAsync(recordId, refusal.RetryAfterSeconds is null ? ProofImpossible : ProofPending);
    }

    private async Task<IActionResult> ShowAsync(string recordId, string? problem)
    {
        (Shown, Problem) = (await FindAsync(recordId), problem);
        Problem ??= Shown switch
        {
            { FailedAt: not null } => ProofImpossible,
            { VerifiedAt: null } => ProofPending,
            _ => null,
        };
        if (Shown is null) Response.StatusCode = StatusCodes.Status404NotFound;
        else if (problem is not null) Response.StatusCode = StatusCodes.Status409Conflict;
        return Page();
    }

    /// <summary>A record of this customer: another's is not there.</summary>
    private async Task<RecordResult?> FindAsync(string recordId) =>
        (await Sender.Send(new GetDelta(Record.Caller, recordId), HttpContext.RequestAborted)).Accepted(out var found, out _)
        && found.CustomerId == Record.CustomerId && found.VendorAccountId == Record.VendorAccountId ? found : null;
}
