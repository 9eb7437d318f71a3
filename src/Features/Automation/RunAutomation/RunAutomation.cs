using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Automation;

/// <summary>Closes one window of one environment that is due: a background step, asked for by its schedule.</summary>
public sealed record RunAutomation : IRequest<Outcome<AutomationStep>>;

/// <param name="HasMore">Something was done, so there may be more to do at once.</param>
/// <param name="NextDueAt">When something is due next; null when nothing is switched on.</param>
public sealed record AutomationStep(bool HasMore, DateTimeOffset? NextDueAt);
