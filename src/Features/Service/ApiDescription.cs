using PacSpace.Features.Endpoints;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Service;

/// <summary>The description of the running endpoints, made once.</summary>
internal sealed class ApiDescription(EndpointRegistry registry, PublicAddress address)
{
    private static readonly string s_version = typeof(ApiDescription).Assembly.GetName().Version!.ToString(3);

    private static readonly RefusalCode[] s_ofEveryKeyRoute =
        [RefusalCode.InvalidApiKey, RefusalCode.EnvironmentNotProvisioned, RefusalCode.RateLimited, RefusalCode.Internal, RefusalCode.ServiceUnavailable];

    private static readonly RefusalCode[] s_ofEveryPublicRoute = [RefusalCode.RateLimited, RefusalCode.Internal, RefusalCode.ServiceUnavailable];

    private static readonly RefusalCode[] s_ofEveryBody = [RefusalCode.ValidationError, RefusalCode.BodyTooLarge, RefusalCode.UnsupportedMediaType];

    private readonly Lazy<ApiDescribed> _described = new(() =>
        new ApiDescribed(s_version, address.Root.GetLeftPart(UriPartial.Authority), [.. registry.Definitions.Select(Describe)], ApiExamples.Variables));

    public ApiDescribed Described => _described.Value;

    internal static ApiOperation Describe(EndpointDefinition definition)
    {
        var inputs = WireShapes.Inputs(definition);
        var inPath = definition.PathParameters.ToList();
        var others = inputs.Where(input => !inPath.Contains(input.Name)).ToList();
        return new ApiOperation(
            definition.Method,
            definition.Route,
            definition.OperationId,
            definition.RequestType.Namespace!.Split('.')[^1],
            definition.Summary,
            definition.Door == Door.ApiKey,
            definition.HonoursIdempotencyKey,
            definition.MaxBodyBytes,
            [.. inPath.Select(name => inputs.FirstOrDefault(input => input.Name == name) is { } input ? input with { IsRequired = true } : WireShapes.Text(name))],
            definition.TakesBody ? [] : others,
            definition.TakesBody ? others : [],
            [definition.SuccessStatus, .. definition.OtherSuccessStatuses],
            definition.FileContentType,
            definition.FileContentType is null or JsonAnswer.ContentType ? WireShapes.Answer(definition.DataTypes) : null,
            RefusalsOf(definition, hasInput: inputs.Count > 0),
            ApiExamples.Of(definition));
    }

    private static IReadOnlyList<ApiRefusal> RefusalsOf(EndpointDefinition definition, bool hasInput)
    {
        var codes = definition.Refusals.AsEnumerable();
        if (definition.Door == Door.ApiKey) codes = codes.Concat(s_ofEveryKeyRoute);
        else if (definition.RateClass != RateClass.None) codes = codes.Concat(s_ofEveryPublicRoute);
        if (definition.IsMiddlewareOnly) codes = codes.Append(RefusalCode.MiddlewareOnly);
        if (hasInput) codes = codes.Append(RefusalCode.ValidationError);
        if (definition.TakesBody) codes = codes.Concat(s_ofEveryBody);
        return [.. codes.Distinct().OrderBy(code => code.Status).ThenBy(code => code.Name, StringComparer.Ordinal).Select(code => new ApiRefusal(code.Status, code.Name))];
    }
}
