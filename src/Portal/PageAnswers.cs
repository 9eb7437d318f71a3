namespace PacSpace.Portal;

/// <summary>What every page carries and what is shown when there is none.</summary>
internal static class PageAnswers
{
    public static void UsePages(this IApplicationBuilder app)
    {
    }
}
