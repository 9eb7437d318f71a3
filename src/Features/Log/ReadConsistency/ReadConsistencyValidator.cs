using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Log;

/// <summary>Complains about nothing: which sizes there are to compare depends on the log.</summary>
internal sealed class ReadConsistencyValidator : RequestValidator<ReadConsistency>;
