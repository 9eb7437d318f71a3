using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Service;

/// <summary>What can be asked here, from the endpoints that answer it.</summary>
public sealed record DescribeApi : IRequest<Outcome<ApiDescribed>>;

/// <param name="Url">Where this installation is reached.</param>
/// <param name="Operations">By path, then method.</param>
/// <param name="ExampleVariables">What the examples name, and where it comes from.</param>
public sealed record ApiDescribed(string Version, string Url, IReadOnlyList<ApiOperation> Operations, IReadOnlyList<(string Name, string From)> ExampleVariables);

/// <param name="Path">As documented, parameters written <c>:name</c>.</param>
/// <param name="Area">Which part of the product it belongs to: Balance, Checkpoints, Customers, …</param>
/// <param name="NeedsKey">Called with an API key; open to anyone otherwise.</param>
/// <param name="MaxBodyBytes">0 where no body is read.</param>
/// <param name="SuccessStatuses">The usual one first.</param>
/// <param name="FileContentType">Null for the JSON envelope.</param>
/// <param name="Example">A call in curl that runs as it stands.</param>
/// <param name="DataSchema">JSON Schema of the envelope's <c>data</c>, or of the file when it is JSON of ours; null when it has none.</param>
public sealed record ApiOperation(
    string Method,
    string Path,
    string OperationId,
    string Area,
    string Summary,
    bool NeedsKey,
    bool HonoursIdempotencyKey,
    int MaxBodyBytes,
    IReadOnlyList<ApiMember> PathParameters,
    IReadOnlyList<ApiMember> Query,
    IReadOnlyList<ApiMember> Body,
    IReadOnlyList<int> SuccessStatuses,
    string? FileContentType,
    RawJson? DataSchema,
    IReadOnlyList<ApiRefusal> Refusals,
    string Example);

/// <param name="Type">For people: <c>text</c>, <c>number</c>, <c>list of text</c>.</param>
/// <param name="Schema">JSON Schema of one value.</param>
public sealed record ApiMember(string Name, string Type, bool IsRequired, RawJson Schema);

public sealed record ApiRefusal(int Status, string Code);
