using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Commands;

/// <summary>Runs <c>pacspace tenant create …</c> and its like.</summary>
public sealed class OperatorCommands
{
    private readonly Assembly _assembly = typeof(OperatorCommands).Assembly;
    private readonly IConfiguration _configuration;
    private readonly TextWriter _answers;
    private readonly TextWriter _complaints;
    private readonly List<(Type Type, CommandDefinition Definition)> _commands;

    public OperatorCommands(IConfiguration configuration, TextWriter answers, TextWriter complaints)
    {
        (_configuration, _answers, _complaints) = (configuration, answers, complaints);
        _commands = [.. CommandServices.In(_assembly).Select(type => (type, Describe(type))).OrderBy(command => command.Item2.Name, StringComparer.Ordinal)];
    }

    /// <returns>The process's exit code: 0 done, 1 refused, 2 called wrongly, 3 broken.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> words, CancellationToken ct)
    {
        if (words.Count == 0 || words is ["help" or "--help" or "-h", ..])
        {
            WriteOverview(_answers);
            return words.Count == 0 ? ExitCode.Usage : ExitCode.Done;
        }

        if (Find(words) is not { Definition: { } definition } command)
        {
            await _complaints.WriteLineAsync($"pacspace: there is no command \"{string.Join(' ', words.Take(2).Where(word => !word.StartsWith('-')))}\"");
            WriteOverview(_complaints);
            return ExitCode.Usage;
        }

        if (!CommandInput.TryRead(definition, [.. words.Skip(definition.Name.Split(' ').Length)], out var input, out var complaint)) return Misused(definition, complaint);
        if (input.Has("help"))
        {
            WriteHelp(definition);
            return ExitCode.Done;
        }

        try
        {
            return await RunAsync(command, input, new CommandOutput(_answers, _complaints, input.Has("json")), ct);
        }
        catch (CommandUsageException misuse)
        {
            return Misused(definition, misuse.Message);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await _complaints.WriteLineAsync("pacspace: stopped");
            return ExitCode.Fault;
        }
        catch (Exception failure) when (failure is InstallationException || Faults.IsFault(failure))
        {
            await _complaints.WriteLineAsync($"pacspace: {failure.Message}");
            return ExitCode.Fault;
        }
    }

    private async Task<int> RunAsync((Type Type, CommandDefinition Definition) command, CommandInput input, CommandOutput output, CancellationToken ct)
    {
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Warning)
            .AddFilter("Microsoft.EntityFrameworkCore", LogLevel.None).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        await using var installation = command.Definition.UsesInstallation
            ? await Installation.OpenToOperateAsync(InstallationSettings.From(_configuration, input.Text("data")), loggers, ct)
            : null;

        var services = new ServiceCollection();
        services.AddSingleton(_configuration).AddSingleton(loggers).AddSingleton(typeof(ILogger<>), typeof(Logger<>)).AddOptions();
        if (installation is null) services.AddSingleton(TimeProvider.System).AddPipeline(_assembly);
        else services.AddPacSpace(_configuration, installation);

        await using var provider = services.BuildServiceProvider();
        await using var scope = provider.CreateAsyncScope();
        return await ((OperatorCommand)ActivatorUtilities.CreateInstance(scope.ServiceProvider, command.Type)).RunAsync(input, output, ct);
    }

    private (Type Type, CommandDefinition Definition)? Find(IReadOnlyList<string> words)
    {
        for (var length = 2; length > 0; length--)
        {
            var name = string.Join(' ', words.Take(length));
            foreach (var command in _commands) if (command.Definition.Name == name) return command;
        }

        return null;
    }

    private int Misused(CommandDefinition definition, string complaint)
    {
        _complaints.WriteLine($"pacspace: {complaint}");
        _complaints.WriteLine($"usage: {definition.Usage}");
        return ExitCode.Usage;
    }

    private void WriteOverview(TextWriter to)
    {
        to.WriteLine("usage: pacspace serve [--port P] [--data DIR]");
        foreach (var (_, definition) in _commands) to.WriteLine($"       {definition.Usage}");
        to.WriteLine("Every command takes --data DIR, --json and --help.");
    }

    private void WriteHelp(CommandDefinition definition)
    {
        _answers.WriteLine(definition.Summary);
        _answers.WriteLine($"usage: {definition.Usage}");
        foreach (var argument in definition.Arguments) _answers.WriteLine($"  {argument.Name,-24} {argument.Help}");
        foreach (var option in definition.Options.Concat(CommandInput.Common)) _answers.WriteLine($"  {option.Form,-24} {option.Help}");
    }

    private static CommandDefinition Describe(Type type)
    {
        var definition = new CommandDefinition();
        ((OperatorCommand)RuntimeHelpers.GetUninitializedObject(type)).Describe(definition);
        return definition;
    }
}

internal static class CommandServices
{
    public static IEnumerable<Type> In(Assembly assembly) => assembly.GetTypes().Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(OperatorCommand)));
}
