using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

/// <summary>Makes a key that takes the place of another; both work until the overlap is over.</summary>
/// <param name="OverlapHours">0 ends the old key at once.</param>
public sealed record RotateApiKey(string KeyId, int OverlapHours) : IRequest<Outcome<ApiKeyRotated>>, IOperatorRequest;

/// <param name="ApiKey">The whole new key. It is shown here and never again.</param>
public sealed record ApiKeyRotated(string KeyId, string ApiKey, string Environment, string RotatedKeyId, DateTimeOffset RotatedKeyExpiresAt);
