using PacSpace.Features.Pipeline;

namespace PacSpace.Features.SharedRecord;

internal sealed class CloseRecordValidator : RequestValidator<CloseRecord>;
