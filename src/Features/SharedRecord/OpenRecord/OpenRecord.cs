using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.SharedRecord;

/// <summary>What a customer's page may show to this visitor. Changes nothing but the session's last-seen.</summary>
/// <param name="Handle">Canonical; see <see cref="HandleSpelling"/>.</param>
/// <param name="TellsRevoked">True for the JSON form, which answers 410 for a revoked link; pages answer 404 for it and for one that never was.</param>
public sealed record OpenRecord(Visitor Visitor, string Handle, bool TellsRevoked) : IRequest<Outcome<RecordOpened>>
{
    /// <summary>Never the handle: this may reach a log.</summary>
    public override string ToString() => nameof(OpenRecord);
}
