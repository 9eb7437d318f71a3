using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

/// <summary>Begins a branded host. It serves nothing before its last stage.</summary>
/// <param name="Hostname">Lower-case DNS name; one installation has each once.</param>
/// <param name="VendorAccountId">Under middleware required: the host is that seller's alone.</param>
/// <param name="SuppressPoweredBy">Leaves "Powered by PacSpace" out there, once the host is bound.</param>
public sealed record CreateDomain(Caller Caller, string Hostname, string? VendorAccountId, bool SuppressPoweredBy) : IRequest<Outcome<BrandedHost>>;
