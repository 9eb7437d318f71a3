using Microsoft.Extensions.DependencyInjection;

namespace PacSpace.Features.SharedRecord;

internal sealed class SharedRecordServices : IAreaServices
{
    public void Add(IServiceCollection services)
    {
        services.AddSingleton<RecordFinder>();
        services.AddSingleton<NoteComparison>(static (_, _, _) => Task.CompletedTask);
    }
}
