using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Usage;

internal sealed class GetUsageValidator : RequestValidator<GetUsage>;
