using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PacSpace.Features.Commands;

/// <summary>The words after a command's name, read by its definition.</summary>
internal sealed class CommandInput
{
    /// <summary>Options of every command.</summary>
    public static readonly IReadOnlyList<CommandOption> Common =
    [
        new("data", "DIR", "the installation's data folder (default .data; with ConnectionStrings__PacSpace set only its keys are used)", IsRequired: false),
        new("json", null, "answer in JSON, for machines", IsRequired: false),
        new("help", null, "say how to call this command", IsRequired: false),
    ];

    private readonly Dictionary<string, string?> _options = new(StringComparer.Ordinal);
    private readonly List<string> _arguments = [];

    private CommandInput()
    {
    }

    public IReadOnlyList<string> Arguments => _arguments;

    /// <param name="complaint">A sentence for the operator.</param>
    public static bool TryRead(
        CommandDefinition definition, IReadOnlyList<string> words, [NotNullWhen(true)] out CommandInput? input, [NotNullWhen(false)] out string? complaint)
    {
        input = null;
        var read = new CommandInput();
        complaint = read.Read(definition, words) ?? (read.Has("help") ? null : read.FindMissing(definition));
        if (complaint is not null) return false;
        input = read;
        return true;
    }

    public bool Has(string option) => _options.ContainsKey(option);

    /// <summary>Null when the option was not given.</summary>
    public string? Text(string option) => _options.GetValueOrDefault(option);

    /// <exception cref="CommandUsageException">It is not a whole number within the bounds.</exception>
    public int WholeNumber(string option, int otherwise, int min, int max)
    {
        if (Text(option) is not { } text) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new CommandUsageException($"--{option} must be a whole number from {min} to {max}");
    }

    private string? Read(CommandDefinition definition, IReadOnlyList<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (!word.StartsWith("--", StringComparison.Ordinal))
            {
                _arguments.Add(word);
                continue;
            }

            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? word[2..] : word[2..equals];
            if (definition.Options.Concat(Common).FirstOrDefault(option => option.Name == name) is not { } option) return $"there is no option --{name}";
            string? value = null;
            if (option.Value is null)
            {
                if (equals >= 0) return $"--{name} takes no value";
            }
            else if (equals >= 0)
            {
                value = word[(equals + 1)..];
            }
            else if (++i < words.Count)
            {
                value = words[i];
            }
            else
            {
                return $"--{name} needs a value: {option.Form}";
            }

            if (!_options.TryAdd(name, value)) return $"--{name} is given twice";
        }

        return null;
    }

    private string? FindMissing(CommandDefinition definition)
    {
        if (definition.Options.FirstOrDefault(option => option.IsRequired && !Has(option.Name)) is { } option) return $"{option.Form} is missing";
        if (_arguments.Count < definition.Arguments.Count) return $"{definition.Arguments[_arguments.Count].Name} is missing";
        var takesMore = definition.Arguments is [.., { IsRepeatable: true }];
        return _arguments.Count > definition.Arguments.Count && !takesMore ? $"\"{_arguments[definition.Arguments.Count]}\" is one word too many" : null;
    }
}

/// <summary>The command was called wrongly. The message is a sentence for the operator.</summary>
internal sealed class CommandUsageException(string message) : Exception(message);
