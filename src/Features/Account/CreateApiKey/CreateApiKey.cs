using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Account;

/// <summary>Makes an API key. Several may be active at once.</summary>
/// <param name="Name">For people: which server uses it.</param>
public sealed record CreateApiKey(string TenantId, string Environment, string Name) : IRequest<Outcome<ApiKeyCreated>>, IOperatorRequest;

/// <param name="KeyId">The public half.</param>
/// <param name="ApiKey">The whole key. It is shown here and never again.</param>
/// <param name="IsProvisioned">False while the environment is not: the key is answered 412 until it is.</param>
public sealed record ApiKeyCreated(string KeyId, string TenantId, string Environment, string Name, string ApiKey, DateTimeOffset CreatedAt, bool IsProvisioned);
