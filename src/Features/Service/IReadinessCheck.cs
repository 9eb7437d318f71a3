namespace PacSpace.Features.Service;

/// <summary>One thing without which this node should get no requests. Found by its type; one instance a process.</summary>
internal interface IReadinessCheck
{
    /// <summary>The member of <c>checks</c>: <c>database</c>, <c>sealer</c>, <c>log</c>, <c>signingKeys</c>.</summary>
    string Name { get; }

    /// <summary>False, an exception or no answer in time are all <c>failing</c>.</summary>
    Task<bool> IsOkAsync(CancellationToken ct);
}
