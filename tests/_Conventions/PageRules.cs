using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace PacSpace.Conventions.Tests;

/// <summary>A page binds, sends and shows; the Content-Security-Policy forbids script and style between its tags.</summary>
public sealed partial class PageRules
{
    private static readonly IReadOnlyList<SourceFile> Views = [.. Repository.Named(".cshtml")];

    [Fact]
    public void Page_models_take_the_sender_and_nothing_else()
    {
        Assert.SkipUnless(Repository.Named(".cshtml.cs").Any(), "There is no page model yet.");
        SenderOnly(Assembly.Load("pacspace").GetTypes()).MustBeClean();
    }

    [Fact]
    public void A_page_model_that_takes_more_is_named() =>
        Assert.Equal(
            ["PlantedModel takes IMediator, String; a page model takes IMediator and nothing else."],
            SenderOnly([typeof(PlantedModel), typeof(GoodModel), typeof(PlainModel)]).Complaints);

    [Fact]
    public void Markup_holds_no_script_style_or_handler()
    {
        Assert.SkipUnless(Views.Count > 0, "There is no view yet.");
        NothingInline(Views).MustBeClean();
    }

    [Fact]
    public void Script_style_and_handlers_in_markup_are_named_with_their_line() =>
        Assert.Equal(
            [
                "a.cshtml:2 has an inline script; put it into a file of wwwroot.",
                "a.cshtml:4 has a style element; put it into a stylesheet.",
                "a.cshtml:5 has a style attribute; put it into a stylesheet.",
                "a.cshtml:6 has an onclick attribute; attach it in a script file.",
            ],
            NothingInline(
            [
                new(
                    "a.cshtml",
                    """
                    <script src="/a.js" defer></script>
                    <script>alert(1)</script>
                    @* <style> in a comment *@
                    <style>p { color: red }</style>
                    <p class="x" style="color: red">one = on</p>
                    <button type="button" onclick="go()">style="x"</button>
                    """),
            ]).Complaints);

    private static Findings SenderOnly(IEnumerable<Type> types) => Findings.Of(
        types.Where(type => !type.IsAbstract && Bases(type).Any(parent => parent.Name == "PageModel")),
        model => from constructor in model.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
                 let parameters = constructor.GetParameters().Select(parameter => parameter.ParameterType.Name).ToList()
                 where parameters is not ([] or ["IMediator"])
                 select $"{model.Name} takes {string.Join(", ", parameters)}; a page model takes IMediator and nothing else.");

    private static IEnumerable<Type> Bases(Type type)
    {
        for (var parent = type.BaseType; parent is not null; parent = parent.BaseType) yield return parent;
    }

    private static Findings NothingInline(IEnumerable<SourceFile> views) => Findings.Of(views, view =>
    {
        // Comments become blanks, so that lines keep their numbers.
        var markup = Comments().Replace(view.Text, comment => new string('\n', comment.Value.Count(character => character == '\n')));
        return Tags().Matches(markup).SelectMany(tag =>
        {
            var line = markup.AsSpan(0, tag.Index).Count('\n') + 1;
            var name = tag.Groups["name"].Value.ToLowerInvariant();
            var attributes = tag.Groups["attribute"].Captures.Select(capture => capture.Value.ToLowerInvariant()).ToList();
            return new[]
            {
                name == "script" && !attributes.Contains("src") ? $"{view.Path}:{line} has an inline script; put it into a file of wwwroot." : null,
                name == "style" ? $"{view.Path}:{line} has a style element; put it into a stylesheet." : null,
                attributes.Contains("style") ? $"{view.Path}:{line} has a style attribute; put it into a stylesheet." : null,
                attributes.FirstOrDefault(attribute => attribute.StartsWith("on", StringComparison.Ordinal)) is { } handler
                    ? $"{view.Path}:{line} has an {handler} attribute; attach it in a script file." : null,
            }.OfType<string>();
        });
    });

    [GeneratedRegex(@"@\*.*?\*@|<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex("""<(?<name>[a-zA-Z][\w\-]*)(?:\s+(?<attribute>[@a-zA-Z_:][\w:.\-]*)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']+))?)*\s*/?>""")]
    private static partial Regex Tags();

#pragma warning disable CA1812, CS9113 // A planted violation does nothing.
    private interface IMediator;

    private abstract class PageModel;

    private abstract class PageBase : PageModel;

    private sealed class PlantedModel(IMediator sender, string connection) : PageBase;

    private sealed class GoodModel(IMediator sender) : PageBase;

    private sealed class PlainModel : PageModel;
#pragma warning restore CA1812, CS9113
}
