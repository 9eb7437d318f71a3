namespace PacSpace.Features.Commands;

/// <summary>What <c>Configure()</c> said about a command.</summary>
internal sealed class CommandDefinition
{
    /// <summary>The words that call it: <c>tenant create</c>.</summary>
    public string Name { get; set; } = "";

    public string Summary { get; set; } = "";

    /// <summary>False for a command that talks to a server over HTTP, or to nobody.</summary>
    public bool UsesInstallation { get; set; } = true;

    public List<CommandOption> Options { get; } = [];

    public List<CommandArgument> Arguments { get; } = [];

    public string Usage => string.Join(' ', (string[])
    [
        "pacspace", Name,
        .. Arguments.Select(argument => argument.IsRepeatable ? argument.Name + "..." : argument.Name),
        .. Options.Select(option => option.IsRequired ? option.Form : $"[{option.Form}]"),
    ]);
}

/// <param name="Name">Without dashes.</param>
/// <param name="Value">What its value is called in the usage; null for a flag.</param>
internal sealed record CommandOption(string Name, string? Value, string Help, bool IsRequired)
{
    public string Form => Value is null ? $"--{Name}" : $"--{Name} {Value}";
}

internal sealed record CommandArgument(string Name, string Help, bool IsRepeatable);
