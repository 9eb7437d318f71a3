using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Service;

/// <summary>Asks whether the process runs. Touches nothing else.</summary>
public sealed record CheckLiveness : IRequest<Outcome<ProcessAlive>>;

public sealed record ProcessAlive(string Text);
