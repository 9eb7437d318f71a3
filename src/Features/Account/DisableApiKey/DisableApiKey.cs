using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

/// <summary>Ends a key for good.</summary>
public sealed record DisableApiKey(string KeyId) : IRequest<Outcome<ApiKeyDisabled>>, IOperatorRequest;

/// <param name="DisabledAt">Of the first time: disabling twice changes nothing.</param>
public sealed record ApiKeyDisabled(string KeyId, DateTimeOffset DisabledAt);
