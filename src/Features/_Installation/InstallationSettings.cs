using Microsoft.Extensions.Configuration;

namespace PacSpace.Features;

/// <summary>Where an installation keeps what it has.</summary>
public sealed record InstallationSettings
{
    public const string DataSetting = "PacSpace:Data";
    public const string KeysSetting = "PacSpace:Keys";
    public const string ConnectionStringName = "PacSpace";
    public const string DefaultData = ".data";

    /// <summary>Secrets, and the embedded cluster when there is no server.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Null: the embedded cluster in the data folder is used, and started if it does not run.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>The folder of the secrets; several nodes share it.</summary>
    public required string KeysDirectory { get; init; }

    /// <param name="data">From the command line; it goes before the setting.</param>
    public static InstallationSettings From(IConfiguration configuration, string? data = null)
    {
        var folder = Path.GetFullPath(data ?? configuration[DataSetting] ?? DefaultData);
        var connectionString = configuration.GetConnectionString(ConnectionStringName);
        return new InstallationSettings
        {
            DataDirectory = folder,
            KeysDirectory = Path.GetFullPath(configuration[KeysSetting] ?? Path.Combine(folder, "keys")),
            ConnectionString = string.IsNullOrWhiteSpace(connectionString) ? null : connectionString,
        };
    }
}
