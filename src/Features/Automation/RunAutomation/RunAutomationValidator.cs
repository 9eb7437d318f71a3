using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Automation;

internal sealed class RunAutomationValidator : RequestValidator<RunAutomation>;
