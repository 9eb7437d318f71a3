using Microsoft.Extensions.DependencyInjection;

namespace PacSpace.Features.SharedRecord;

internal sealed class SharedRecordServices : IAreaServices
{
    public void Add(IServiceCollection services)
    {
        services.AddSingleton<RecordDoor>();
        services.AddSingleton<RecordNotes>();
        services.AddSingleton<RecordFinder>();
        services.AddSingleton<NoteComparison>(static (_, _, _) => Task.CompletedTask);
        services.AddSingleton<ICustomerEvents, UntoldCustomerEvents>();
    }
}
