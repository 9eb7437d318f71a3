using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

internal sealed class GetLimitsValidator : RequestValidator<GetLimits>;
