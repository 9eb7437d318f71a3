using System.Globalization;
using MediatR;
using PacSpace.Evidence;
using PacSpace.Features.Pipeline;
using PacSpace.Infrastructure.Records;
using PacSpace.Infrastructure.Sealing;

namespace PacSpace.Features.Verification;

internal sealed class VerifyRootHandler(RootSubjects subjects, ChainCheck chain, SharedChecks checks, LogReader log, PublicAddress address, TimeProvider clock)
    : IRequestHandler<VerifyRoot, Outcome<RootVerified>>
{
    private const int RetrySeconds = 5;

    public async Task<Outcome<RootVerified>> Handle(VerifyRoot request, CancellationToken ct)
    {
        if (await subjects.FindAsync(request.ProofRoot, request.Host, ct) is not { } subject) return Refusal.NotFound();

        var sources = new VerificationSources(request.Source is "db" or "both" ? subject.Status == "VERIFIED" : null, null);
        if (request.Source is "chain" or "both")
        {
            if (await RecomputeAsync(subject, ct) is not { } holds)
                return Refusal.TryLater(string.Create(CultureInfo.InvariantCulture, $"The records are still being recomputed. Try again in {RetrySeconds} seconds."), RetrySeconds);
            sources = sources with { Chain = holds };
        }
        else if (request.IsForPage && subject.Status == "VERIFIED")
        {
            sources = subject.RecordCount <= VerifyRoot.QuickRecords
                ? sources with { Chain = await RecomputeAsync(subject, ct) }
                : sources with { Db = await chain.IsInLogAsync(subject, ct) };
        }

        return Show(subject, sources, await log.OriginAsync(subject.Environment, ct) ?? address.LogOrigin(subject.Environment));
    }

    /// <summary>Null while it goes on. What is not sealed is not in the log: there is nothing to recompute yet, and the answer must
    /// not be kept.</summary>
    private async Task<bool?> RecomputeAsync(RootSubject subject, CancellationToken ct) =>
        subject.Status == "QUEUED" ? false : await checks.AskAsync(subject.Root, token => chain.HoldsAsync(subject, token), ct);

    /// <summary>What the sources say together, and in which words.</summary>
    internal static (bool Verified, string? Message) Decide(string status, VerificationSources sources)
    {
        if (status == "QUEUED") return (false, "Recorded; verification is not complete yet.");
        return status == "VERIFIED" && sources is { Db: not false, Chain: not false } ? (true, null) : (false, "The stored record no longer matches its proof.");
    }

    private RootVerified Show(RootSubject subject, VerificationSources sources, string? origin)
    {
        var (verified, message) = Decide(subject.Status, sources);
        var shown = subject switch
        {
            CheckpointSubject checkpoint => Show(checkpoint),
            SubmissionSubject submission => Show(submission),
            BlockSubject block => Show(block),
            _ => throw new InvalidOperationException($"Nobody shows {subject}."),
        };
        return shown with
        {
            Verified = verified,
            Sources = sources,
            Message = message,
            Verification = shown.Verification with { LogOrigin = origin },
        };
    }

    private RootVerified Show(CheckpointSubject subject)
    {
        var checkpoint = subject.Checkpoint;
        var (tenant, recordedBy) = Identities.Of(checkpoint.Customer.Ledger, checkpoint.RecordedBy);
        var isDone = checkpoint.IsCompleted;
        return Blank(subject, "checkpoint", isDone ? subject.Root : null, isDone ? checkpoint.LogIndex : null, isDone ? checkpoint.TreeSize : null) with
        {
            ReceiptId = subject.IsAskedById && checkpoint.Mode == CheckpointMode.All ? checkpoint.CheckpointId : null,
            Tenant = tenant,
            RecordedBy = recordedBy,
            RecordedAt = checkpoint.CreatedAt.ToDateTimeOffset(),
            VerifiedAt = checkpoint.VerifiedAt,
            Period = checkpoint.Window.AsPeriod()?.ToString(),
            StartDate = checkpoint.Window.Start.ToDateTimeOffset(),
            EndDate = checkpoint.Window.End.ToDateTimeOffset(),
            AsOf = checkpoint.AsOf.ToDateTimeOffset(),
            Summary = new RootSummary(
                checkpoint.RecordCount, checkpoint.Net.Value, checkpoint.Opening.Value, checkpoint.Closing.Value,
                checkpoint.FirstRecordAt?.ToDateTimeOffset(), checkpoint.LastRecordAt?.ToDateTimeOffset()),
        };
    }

    private RootVerified Show(SubmissionSubject subject)
    {
        var records = subject.Records;
        var block = subject.Status == "VERIFIED" ? subject.Block : null;
        var (tenant, recordedBy) = Identities.Of(records.Owner.Ledger, records.Owner.VendorName);
        return Blank(subject, "submission", block?.Root, block?.LogIndex, block?.TreeSize) with
        {
            ReceiptId = subject.Root.To0x(),
            Tenant = tenant,
            RecordedBy = recordedBy,
            RecordedAt = AcceptedAt(records, last: false) ?? clock.GetUtcNow(),
            VerifiedAt = block?.VerifiedAt,
            Summary = Count(records),
        };
    }

    private RootVerified Show(BlockSubject subject) => Blank(subject, "block", subject.Root, subject.Block.LogIndex, subject.Block.TreeSize) with
    {
        RecordedAt = subject.Block.SealedAt,
        VerifiedAt = subject.Block.VerifiedAt,
        Summary = Count(subject.Records),
    };

    private RootVerified Blank(RootSubject subject, string type, Hash? reference, long? logIndex, long? treeSize)
    {
        var root = subject.Root.To0x();
        return new RootVerified
        {
            Verified = false,
            Status = subject.Status,
            Type = type,
            Environment = subject.Environment,
            ProofRoot = root,
            ReceiptId = null,
            Tenant = null,
            RecordedBy = null,
            RecordedAt = default,
            VerifiedAt = null,
            Period = null,
            StartDate = null,
            EndDate = null,
            AsOf = null,
            Summary = new RootSummary(0, null, null, null, null, null),
            Verification = new RootVerification(
                reference?.To0x(), address.VerificationApiUrl(root), address.VerificationPage(root), null, logIndex, treeSize, address.Log(subject.Environment)),
            Sources = new VerificationSources(null, null),
            CheckedAt = clock.GetUtcNow(),
            Message = null,
        };
    }

    private static RootSummary Count(FoundRecords records) =>
        new(records.RecordCount, null, null, null, AcceptedAt(records, last: false), AcceptedAt(records, last: true));

    private static DateTimeOffset? AcceptedAt(FoundRecords records, bool last) => records.Records.Count == 0
        ? null
        : records.Records[last ? ^1 : 0].Record.AcceptedAt.ToDateTimeOffset();
}
