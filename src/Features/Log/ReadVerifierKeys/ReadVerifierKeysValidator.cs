using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Log;

internal sealed class ReadVerifierKeysValidator : RequestValidator<ReadVerifierKeys>;
