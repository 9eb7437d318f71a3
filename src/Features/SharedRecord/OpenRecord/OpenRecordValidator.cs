using PacSpace.Features.Pipeline;

namespace PacSpace.Features.SharedRecord;

/// <summary>Whatever the handle looks like, it is looked for: another answer would tell something.</summary>
internal sealed class OpenRecordValidator : RequestValidator<OpenRecord>;
