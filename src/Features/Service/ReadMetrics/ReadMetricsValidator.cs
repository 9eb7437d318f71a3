using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Service;

internal sealed class ReadMetricsValidator : RequestValidator<ReadMetrics>;
