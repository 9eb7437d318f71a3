using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace PacSpace.Features.SharedRecord;

internal sealed class SharedRecordServices : IAreaServices
{
    public void Add(IServiceCollection services)
    {
        services.AddSingleton<RecordFinder>();
        services.TryAddSingleton<NoteComparison>(static (_, _, _) => Task.CompletedTask);
    }
}
