using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.SharedRecord;

/// <summary>"Close this record": ends this link's session in this browser, and no other (portal 3.9).</summary>
public sealed record CloseRecord(Visitor Visitor, string Handle) : IRequest<Outcome<RecordClosed>>
{
    /// <summary>Never the handle: this may reach a log.</summary>
    public override string ToString() => nameof(CloseRecord);
}

public sealed record RecordClosed;
