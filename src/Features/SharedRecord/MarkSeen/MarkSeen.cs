using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.SharedRecord;

/// <summary>A person looked at the landing page (portal 3.1): the vendor is told at most once an hour and link.</summary>
public sealed record MarkSeen(Visitor Visitor, string Handle) : IRequest<Outcome<RecordSeen>>
{
    /// <summary>Never the handle: this may reach a log.</summary>
    public override string ToString() => nameof(MarkSeen);
}

public sealed record RecordSeen;
