using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Log;

/// <summary>Asks for the latest tree head of an environment's log. Anyone may.</summary>
public sealed record ReadTreeHead(string Environment) : IRequest<Outcome<TreeHeadRead>>;

/// <param name="Note">The signed note.</param>
public sealed record TreeHeadRead(string Note);
