using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Automation;

internal sealed class GetCheckpointAutomationValidator : RequestValidator<GetCheckpointAutomation>;
