using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PacSpace.Infrastructure.Documents;

namespace PacSpace.Features.Documents;

internal sealed class DocumentsServices : IAreaServices
{
    private const string FolderSetting = "PacSpace:Documents:Folder";
    private const string PythonSetting = "PacSpace:Documents:Python";
    private const string WorkersSetting = "PacSpace:Documents:Workers";
    private const string MaxMegabytesSetting = "PacSpace:Documents:MaxMegabytes";

    public void Add(IServiceCollection services)
    {
        services.AddSingleton(provider => Options(provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<InstallationSettings>()));
        services.AddSingleton<DocumentRenderer>();
        services.AddSingleton<DocumentStore>();
        services.AddSingleton<RecordScopes>();
        services.AddSingleton<RecordJson>();
        services.AddSingleton<RecordPdf>();
    }

    private static RendererOptions Options(IConfiguration configuration, InstallationSettings installation)
    {
        var standard = new RendererOptions { Folder = configuration[FolderSetting] ?? Path.Combine(installation.DataDirectory, "documents"), Revision = $"{RendererFiles.Digest} {typeof(DocumentsServices).Module.ModuleVersionId}" };
        return standard with
        {
            Python = configuration[PythonSetting] ?? standard.Python,
            Workers = configuration.GetValue<int?>(WorkersSetting) ?? standard.Workers,
            MaxKeptBytes = configuration.GetValue<long?>(MaxMegabytesSetting) is { } megabytes ? megabytes * 1024 * 1024 : standard.MaxKeptBytes,
        };
    }
}
