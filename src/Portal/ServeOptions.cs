using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PacSpace.Portal;

/// <summary>What stands after <c>pacspace serve</c>.</summary>
/// <param name="Port">On loopback. Null leaves the addresses to the setting <c>Urls</c>, else to the default port.</param>
/// <param name="Demo">Make the demo in an empty installation, and say what to try.</param>
internal sealed record ServeOptions(int? Port, string? Data, bool Demo)
{
    public const string Usage = "usage: pacspace serve [--port P] [--data DIR] [--demo]";

    public static bool TryRead(IReadOnlyList<string> args, [NotNullWhen(true)] out ServeOptions? options, [NotNullWhen(false)] out string? complaint)
    {
        options = null;
        int? port = null;
        string? data = null;
        var demo = false;
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == "--demo")
            {
                demo = true;
                continue;
            }

            var (name, value) = args[i].Split('=', 2) is [var before, var after] ? (before, after) : (args[i], i + 1 < args.Count ? args[++i] : null);
            switch (name)
            {
                case "--port" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65_535:
                    port = number;
                    break;
                case "--data" when !string.IsNullOrEmpty(value):
                    data = value;
                    break;
                case "--port":
                    complaint = "--port must be a number from 1 to 65535";
                    return false;
                case "--data":
                    complaint = "--data needs a folder";
                    return false;
                default:
                    complaint = $"there is no option {name}";
                    return false;
            }
        }

        (options, complaint) = (new ServeOptions(port, data, demo), null);
        return true;
    }
}
