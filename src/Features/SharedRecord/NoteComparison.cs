using PacSpace.Features.Pipeline;

namespace PacSpace.Features.SharedRecord;

/// <summary>Where a door says that somebody ran a comparison (<c>customer.compare_run</c>, api-dashboard 13.3). The door and not the
/// handler, since showing a comparison again is none, and each door is a channel of its own. Nobody listens yet, so the one that is
/// registered says nothing.</summary>
internal delegate Task NoteComparison(Caller caller, PeriodsCompared compared, CancellationToken ct);
