using System.Text.RegularExpressions;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Endpoints;

/// <summary>Who may call.</summary>
internal enum Door
{
    Anyone,
    ApiKey,
}

/// <summary>Whose bucket a request is taken from (api-balance 1.13).</summary>
internal enum RateClass
{
    None,

    /// <summary>Per API key.</summary>
    Key,

    /// <summary>Public verify, public receipts and pages, per client address.</summary>
    Public,

    /// <summary>The log's files, per client address.</summary>
    Log,
}

/// <summary>What <c>Configure()</c> said about an endpoint; routing, the order of checks, OpenAPI and the docs page read it.</summary>
internal sealed partial class EndpointDefinition
{
    public const int DefaultBodyBytes = 2 * 1024 * 1024;

    public required Type EndpointType { get; init; }

    public required Type RequestType { get; init; }

    public required Type ResponseType { get; init; }

    public string Method { get; set; } = "";

    /// <summary>The documented path, whole and as it is documented: <c>/api/v1/balance/derive/:customerId</c>.</summary>
    public string Route { get; set; } = "";

    /// <summary>Further documented paths that lead to the same operation.</summary>
    public IReadOnlyList<string> Aliases { get; set; } = [];

    public Door Door { get; set; }

    public RateClass RateClass { get; set; }

    /// <summary>Only billing middleware may call.</summary>
    public bool IsMiddlewareOnly { get; set; }

    /// <summary>0 where no body is read.</summary>
    public int MaxBodyBytes { get; set; }

    public bool HonoursIdempotencyKey { get; set; }

    public bool AllowsAnyOrigin { get; set; }

    public string Summary { get; set; } = "";

    public int SuccessStatus { get; set; } = 200;

    /// <summary>Null for the JSON envelope.</summary>
    public string? FileContentType { get; set; }

    public IReadOnlyList<int> OtherSuccessStatuses { get; set; } = [];

    /// <summary>What the envelope's <c>data</c> may be; the response's own type unless the endpoint says otherwise.</summary>
    public IReadOnlyList<Type> DataTypes { get; set; } = [];

    /// <summary>Members that a caller may not leave out, for the documents; the validator is what refuses.</summary>
    public IReadOnlyList<string> RequiredMembers { get; set; } = [];

    public IReadOnlyList<RefusalCode> Refusals { get; set; } = [];

    /// <summary>What stands behind the path of the example: a query, or what a wildcard stands for.</summary>
    public string ExamplePath { get; set; } = "";

    /// <summary>JSON; may name the variables of <see cref="ApiExamples"/>.</summary>
    public string ExampleBody { get; set; } = "";

    /// <summary>The operation's name in camelCase; an alias has its path's noun too, since an id stands once in a document.</summary>
    public string OperationId { get; set; } = "";

    public bool TakesBody => MaxBodyBytes > 0;

    /// <summary>The same path in the spelling of ASP.NET Core routing: <c>:name</c> becomes <c>{name}</c>.</summary>
    public string RoutePattern => Parameter().Replace(Route, "{$1}");

    public IEnumerable<string> PathParameters => BracedParameter().Matches(RoutePattern).Select(match => match.Groups[1].Value);

    public EndpointDefinition At(string alias)
    {
        var definition = (EndpointDefinition)MemberwiseClone();
        (definition.Route, definition.Aliases, definition.OperationId) = (alias, [], $"{OperationId}As{Noun(alias)}");
        return definition;
    }

    private static string Noun(string route) =>
        string.Concat(route.Split('/').Last(segment => !segment.StartsWith(':')).Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>Says what is wrong with the definition, or null.</summary>
    public string? Complaint =>
        Route.Length == 0 ? $"{EndpointType.Name} names no route"
        : Summary.Length == 0 ? $"{EndpointType.Name} has no summary"
        : Door == Door.ApiKey && RateClass != RateClass.Key ? $"{EndpointType.Name} is called with a key and not limited by it"
        : IsMiddlewareOnly && Door != Door.ApiKey ? $"{EndpointType.Name} is for middleware and asks for no key"
        : HonoursIdempotencyKey && !TakesBody ? $"{EndpointType.Name} honours an idempotency key without a body"
        : null;

    [GeneratedRegex(@":([A-Za-z][A-Za-z0-9]*)")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\{\*{0,2}([A-Za-z][A-Za-z0-9]*)\}")]
    private static partial Regex BracedParameter();
}
