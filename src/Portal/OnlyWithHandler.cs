using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;

namespace PacSpace.Portal;

/// <summary>A page that has handlers is shown by the one that was asked for alone. Razor would render it for any other method, with
/// nothing read that it shows, and takes any name in the address for the nameless handler.</summary>
internal sealed class OnlyWithHandler : IPageFilter
{
    /// <remarks>The steps of a page model itself (<c>OnPageHandlerExecuting</c>) look to Razor like handlers of a method PAGE.</remarks>
    public void OnPageHandlerSelected(PageHandlerSelectedContext context)
    {
        if (context.HandlerMethod is { } handler && ((!IsGet(handler) && !HttpMethods.IsPost(handler.HttpMethod)) || !IsNamed(handler, context))) context.HandlerMethod = null;
    }

    public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (context.HandlerMethod is not null || !context.ActionDescriptor.HandlerMethods.Any(IsGet)) return;
        var named = context.ActionDescriptor.HandlerMethods.Where(handler => IsNamed(handler, context)).ToList();
        if (named.Count > 0) context.HttpContext.Response.Headers.Allow = string.Join(", ", named.SelectMany(Methods).Distinct());
        context.Result = new StatusCodeResult(named.Count > 0 ? StatusCodes.Status405MethodNotAllowed : StatusCodes.Status404NotFound);
    }

    public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
    {
    }

    /// <summary>By the path: a query names no handler here.</summary>
    private static bool IsNamed(HandlerMethodDescriptor handler, FilterContext context) =>
        string.Equals(handler.Name ?? "", context.RouteData.Values["handler"] as string ?? "", StringComparison.OrdinalIgnoreCase);

    private static bool IsGet(HandlerMethodDescriptor handler) => HttpMethods.IsGet(handler.HttpMethod);

    private static IEnumerable<string> Methods(HandlerMethodDescriptor handler) =>
        IsGet(handler) ? [HttpMethods.Get, HttpMethods.Head] : [handler.HttpMethod.ToUpperInvariant()];
}
