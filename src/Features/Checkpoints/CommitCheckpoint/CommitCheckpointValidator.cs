using FluentValidation;
using PacSpace.Evidence;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Checkpoints;

internal sealed class CommitCheckpointValidator : RequestValidator<CommitCheckpoint>
{
    public const int MaxFingerprints = WireLimits.MaxFingerprints;

    public CommitCheckpointValidator()
    {
        RuleFor(r => r.CustomerId).CustomerId();
        RuleFor(r => r.VendorAccountId).VendorAccountId();
        RuleFor(r => r.Mode)
            .Must(mode => mode is null or "all" or "selected").WithMessage("must be all or selected")
            .Must((request, mode) => mode != "selected" || request.CustomerId is not null).WithMessage("must be all when customerId is left out");
        RuleFor(r => r.Fingerprints).Custom((fingerprints, context) =>
        {
            if (Complaint(context.InstanceToValidate.Mode == "selected", fingerprints) is var (field, message)) context.AddFailure(field, message);
        });
    }

    private static (string Field, string Message)? Complaint(bool isSelected, IReadOnlyList<string>? fingerprints)
    {
        if (!isSelected) return fingerprints is null ? null : ("fingerprints", "must be left out unless mode is selected");
        if (fingerprints is null || fingerprints.Count is 0 or > MaxFingerprints) return ("fingerprints", "must list 1 to 10000 item hashes");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < fingerprints.Count; i++)
        {
            if (!Hash.TryParse0x(fingerprints[i], out _)) return ($"fingerprints[{i}]", "must be 0x and 64 lower-case hex digits");
            if (!seen.Add(fingerprints[i])) return ($"fingerprints[{i}]", "stands in the list twice");
        }

        return null;
    }
}
