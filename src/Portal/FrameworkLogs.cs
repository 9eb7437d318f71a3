namespace PacSpace.Portal;

/// <summary>What of the web framework's lines may be written, whatever the settings say.</summary>
/// <remarks>It names the addresses of requests in what it says below Warning, and puts them around every line of a request, ours as
/// well, where a console writes scopes. The address of a Shared Record is a key to it.</remarks>
internal static class FrameworkLogs
{
    private const string Framework = "Microsoft.AspNetCore";

    /// <summary>Opens the scope with the address as soon as anything of it may be written. What it would say when a start fails is thrown as well.</summary>
    private const string Requests = "Microsoft.AspNetCore.Hosting.Diagnostics";

    /// <remarks>Each rule keeps its level and is asked this besides, since the one that names a category or a provider most closely
    /// decides alone. The rule put before them holds where no other does.</remarks>
    public static void KeepAddressesOutOfLogs(this IServiceCollection services) => services.PostConfigure<LoggerFilterOptions>(filter =>
    {
        var rules = filter.Rules.Prepend(new LoggerFilterRule(null, null, filter.MinLevel, null)).Select(Narrowed).ToList();
        filter.Rules.Clear();
        foreach (var rule in rules) filter.Rules.Add(rule);
    });

    private static LoggerFilterRule Narrowed(LoggerFilterRule rule) => new(
        rule.ProviderName, rule.CategoryName, rule.LogLevel,
        (provider, category, level) => MayBeWritten(category, level) && rule.Filter?.Invoke(provider, category, level) != false);

    private static bool MayBeWritten(string? category, LogLevel level) =>
        category?.StartsWith(Framework, StringComparison.OrdinalIgnoreCase) != true || (level >= LogLevel.Warning && category != Requests);
}
