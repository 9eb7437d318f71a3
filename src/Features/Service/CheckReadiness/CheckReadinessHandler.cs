using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Service;

internal sealed class CheckReadinessHandler(ReadinessState state) : IRequestHandler<CheckReadiness, Outcome<ReadinessChecked>>
{
    private static readonly string s_version = typeof(CheckReadinessHandler).Assembly.GetName().Version!.ToString(3);

    public async Task<Outcome<ReadinessChecked>> Handle(CheckReadiness request, CancellationToken ct)
    {
        var checks = await state.AskAsync(ct);
        return new ReadinessChecked(
            Decide(state.HasStarted, state.IsDraining, checks.Values.All(isOk => isOk)),
            s_version,
            checks.ToDictionary(check => check.Key, check => check.Value ? "ok" : "failing"));
    }

    internal static string Decide(bool hasStarted, bool isDraining, bool isOk) =>
        isDraining ? "draining" : !hasStarted ? "starting" : isOk ? "ready" : "failing";
}
