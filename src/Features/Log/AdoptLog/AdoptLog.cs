using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Log;

/// <summary>The operator's decision that the database's tree head is the log's last word, when mark and database differ.</summary>
/// <param name="IsConfirmed">Without it nothing is changed, and the answer says what would be.</param>
public sealed record AdoptLog(string Environment, bool IsConfirmed) : IRequest<Outcome<LogAdopted>>, IOperatorRequest;

/// <param name="Difference">How mark and database stand to each other; null when they agree and nothing is to be decided.</param>
/// <param name="MarkSize">Of the tree head that the mark keeps; null when there is no readable mark.</param>
/// <param name="DatabaseSize">Of the tree head that the database has.</param>
/// <param name="IsAdopted">The mark now keeps the database's tree head; sealing goes on within a second.</param>
public sealed record LogAdopted(string? Difference, long? MarkSize, long DatabaseSize, bool IsAdopted);
