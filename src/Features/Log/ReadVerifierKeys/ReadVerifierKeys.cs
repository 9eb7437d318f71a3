using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Log;

/// <summary>Asks for the keys by which a log's tree heads are known. Anyone may.</summary>
public sealed record ReadVerifierKeys(string Environment) : IRequest<Outcome<VerifierKeysRead>>;

/// <param name="Text">One key a line, current first; a retired one with the sizes that it signed.</param>
public sealed record VerifierKeysRead(string Text);
