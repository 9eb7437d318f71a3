using FluentValidation;
using MediatR;

namespace PacSpace.Features.Pipeline;

/// <summary>Runs the request's validator, once, whichever door it came through.</summary>
internal sealed class ValidationBehavior<TRequest, TResponse>(IEnumerable<IValidator<TRequest>> validators)
    : IPipelineBehavior<TRequest, TResponse>
    where TResponse : IOutcome<TResponse>
{
    private readonly IValidator<TRequest>[] _validators = [.. validators];

    public Task<TResponse> Handle(TRequest request, CancellationToken ct, RequestHandlerDelegate<TResponse> next)
    {
        List<RefusalDetail>? details = null;
        foreach (var validator in _validators)
        {
            foreach (var failure in validator.Validate(request).Errors)
            {
                (details ??= []).Add(new RefusalDetail(FieldNames.OnTheWire(failure.PropertyName), failure.ErrorMessage));
            }
        }

        return details is null ? next() : Task.FromResult(TResponse.Refused(Refusal.Validation(details)));
    }
}

internal static class FieldNames
{
    /// <summary><c>Deltas[3].ReferenceId</c> is <c>deltas[3].referenceId</c> on the wire.</summary>
    public static string OnTheWire(string propertyPath) => string.Create(propertyPath.Length, propertyPath, static (text, path) =>
    {
        var starts = true;
        for (var i = 0; i < path.Length; i++)
        {
            text[i] = starts ? char.ToLowerInvariant(path[i]) : path[i];
            starts = path[i] == '.';
        }
    });
}
