using MediatR;
using PacSpace.Evidence;
using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

internal sealed class GetLimitsHandler : IRequestHandler<GetLimits, Outcome<Limits>>
{
    public Task<Outcome<Limits>> Handle(GetLimits request, CancellationToken ct) => Task.FromResult<Outcome<Limits>>(new Limits
    {
        MaxScopeMonths = ScopeCaps.Default.MaxScopeMonths,
        MaxLastNDays = 366,
        MaxRetentionDays = ScopeCaps.Default.MaxRetentionDays,
        MaxBatchItems = WireLimits.MaxBatchItems,
        MaxBodyBytes = EndpointDefinition.DefaultBodyBytes,
        MaxBatchBodyBytes = WireLimits.MaxBatchBodyBytes,
        MaxAbsoluteDelta = 1_000_000_000,
        MaxFractionDigits = Amount.MaxFractionDigits,
        MaxReasonLength = WireRules.MaxReasonLength,
        MaxReferenceIdLength = WireRules.MaxReferenceIdLength,
        MaxMetadataBytes = WireRules.MaxMetadataBytes,
        MaxPageSize = WireLimits.MaxPageSize,
        MaxBreakdownBuckets = Buckets.MaxCount,
        MaxFingerprints = WireLimits.MaxFingerprints,
        MaxVerificationSample = 100,
        MaxBulkCustomers = 100,
        IdempotencyRetentionDays = 30,
        CadenceIntervalSeconds = request.Caller.CadenceIntervalSeconds,
    });
}
