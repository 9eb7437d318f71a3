using PacSpace.Features.Pipeline;

namespace PacSpace.Features.SharedRecord;

/// <summary>A malformed code is one of the results: it is no refusal, and a link that is not available goes before it.</summary>
internal sealed class UnlockRecordValidator : RequestValidator<UnlockRecord>;
