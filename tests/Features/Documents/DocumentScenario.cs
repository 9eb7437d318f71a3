using System.Diagnostics;
using System.IO.Pipelines;
using System.Text;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using PacSpace.Features.Documents;
using PacSpace.Features.Pipeline;
using PacSpace.Testing;
using Xunit;

namespace PacSpace.Features.Tests.Documents;

/// <summary>Asks for exports as their doors do, and looks into files with other people's programs.</summary>
internal static class DocumentScenario
{
    public static Caller CallerOf(TestTenant tenant, bool isMiddleware = false) => new()
    {
        TenantId = tenant.TenantId,
        TenantName = "Parent Billing Platform",
        Environment = tenant.Environment,
        IsMiddleware = isMiddleware,
        Tier = "enterprise",
    };

    public static async Task<Outcome<RecordExported>> AskAsync(PacSpaceHost host, ExportRecord request)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    /// <summary>Name, type and bytes of the file.</summary>
    public static async Task<(string Name, string Type, byte[] Bytes)> FileAsync(PacSpaceHost host, ExportRecord request)
    {
        Assert.True((await AskAsync(host, request)).Accepted(out var file, out var refusal), refusal?.ToString());
        await using (file)
        {
            using var bytes = new MemoryStream();
            var writer = PipeWriter.Create(bytes, new StreamPipeWriterOptions(leaveOpen: true));
            await file.WriteAsync(writer, CancellationToken.None);
            await writer.CompleteAsync();
            Assert.True(file.Length is null || file.Length == bytes.Length);
            return (file.FileName, file.ContentType, bytes.ToArray());
        }
    }

    public static async Task<RefusalCode> RefusedAsync(PacSpaceHost host, ExportRecord request)
    {
        Assert.False((await AskAsync(host, request)).Accepted(out _, out var refusal));
        return refusal.Code;
    }

    /// <summary>What the program prints.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program}: {await error}{output}");
        return output;
    }
}
