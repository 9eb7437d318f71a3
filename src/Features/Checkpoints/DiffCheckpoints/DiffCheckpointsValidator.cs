using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Checkpoints;

internal sealed class DiffCheckpointsValidator : RequestValidator<DiffCheckpoints>
{
    public DiffCheckpointsValidator()
    {
        RuleFor(r => r.CustomerId).CustomerId();
        RuleFor(r => r.LeftCheckpointId).Required();
        RuleFor(r => r.RightCheckpointId).Required();
    }
}
