using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Service;

internal sealed class CheckLivenessHandler : IRequestHandler<CheckLiveness, Outcome<ProcessAlive>>
{
    private static readonly Outcome<ProcessAlive> s_alive = new ProcessAlive("ok");

    public Task<Outcome<ProcessAlive>> Handle(CheckLiveness request, CancellationToken ct) => Task.FromResult(s_alive);
}
