using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Audit;

/// <summary>There is nothing to be wrong about.</summary>
internal sealed class AuditInstallationValidator : RequestValidator<AuditInstallation>;
