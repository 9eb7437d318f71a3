namespace PacSpace.Features.Commands;

/// <summary>The door of an operation that the operator calls at the machine: bind, send, show. Found by its type.</summary>
internal abstract class OperatorCommand
{
    private CommandDefinition _definition = null!;

    /// <summary>Called on an instance without dependencies.</summary>
    public abstract void Configure();

    /// <returns>The exit code; see <see cref="ExitCode"/>.</returns>
    public abstract Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct);

    internal void Describe(CommandDefinition definition)
    {
        _definition = definition;
        Configure();
    }

    protected void Named(string name) => _definition.Name = name;

    protected void Summary(string text) => _definition.Summary = text;

    /// <summary>An option with a value, such as <c>--name TEXT</c>.</summary>
    protected void Option(string name, string value, string help, bool isRequired = false) =>
        _definition.Options.Add(new CommandOption(name, value, help, isRequired));

    protected void Flag(string name, string help) => _definition.Options.Add(new CommandOption(name, null, help, IsRequired: false));

    /// <summary>A required argument in its place; the last one may take several.</summary>
    protected void Argument(string name, string help, bool isRepeatable = false) =>
        _definition.Arguments.Add(new CommandArgument(name, help, isRepeatable));

    /// <summary>The command opens no database: it gets no services that need one.</summary>
    protected void UsesNoInstallation() => _definition.UsesInstallation = false;
}

internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Refused, or what was looked for does not hold.</summary>
    public const int Refused = 1;

    /// <summary>Called wrongly.</summary>
    public const int Usage = 2;

    /// <summary>The installation cannot be used, or something broke: try again or look into it.</summary>
    public const int Fault = 3;
}
