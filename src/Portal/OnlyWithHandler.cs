using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;

namespace PacSpace.Portal;

/// <summary>A page is shown by the handler that was asked for alone, and one without handlers by GET. Razor would render it for any
/// other method, with nothing read that it shows, and takes any name in the address for the nameless handler.</summary>
internal sealed class OnlyWithHandler : IPageFilter
{
    private static readonly List<string> s_get = [HttpMethods.Get, HttpMethods.Head];

    /// <remarks>The steps of a page model itself (<c>OnPageHandlerExecuting</c>) look to Razor like handlers of a method PAGE.</remarks>
    public void OnPageHandlerSelected(PageHandlerSelectedContext context)
    {
        if (context.HandlerMethod is { } handler && ((!IsGet(handler) && !HttpMethods.IsPost(handler.HttpMethod)) || !IsNamed(handler, context))) context.HandlerMethod = null;
    }

    /// <remarks>An error page stands in the place of what was asked for, whatever the method was.</remarks>
    public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (context.HandlerMethod is not null || PageAnswers.IsErrorPage(context.HttpContext)) return;
        var (handlers, asked) = (context.ActionDescriptor.HandlerMethods, context.HttpContext.Request.Method);
        var hasHandlers = handlers.Any(IsGet);
        if (!hasHandlers && (HttpMethods.IsGet(asked) || HttpMethods.IsHead(asked))) return;
        var methods = hasHandlers ? handlers.Where(handler => IsNamed(handler, context)).SelectMany(Methods).Distinct().ToList() : s_get;
        if (methods.Count > 0) context.HttpContext.Response.Headers.Allow = string.Join(", ", methods);
        context.Result = new StatusCodeResult(methods.Count > 0 ? StatusCodes.Status405MethodNotAllowed : StatusCodes.Status404NotFound);
    }

    public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
    {
    }

    /// <summary>By the path: a query names no handler here.</summary>
    private static bool IsNamed(HandlerMethodDescriptor handler, FilterContext context) =>
        string.Equals(handler.Name ?? "", context.RouteData.Values["handler"] as string ?? "", StringComparison.OrdinalIgnoreCase);

    private static bool IsGet(HandlerMethodDescriptor handler) => HttpMethods.IsGet(handler.HttpMethod);

    private static IEnumerable<string> Methods(HandlerMethodDescriptor handler) =>
        IsGet(handler) ? s_get : [handler.HttpMethod.ToUpperInvariant()];
}
