using Microsoft.Extensions.DependencyInjection;

namespace PacSpace.Features.SharedRecord;

internal sealed class SharedRecordServices : IAreaServices
{
    public void Add(IServiceCollection services)
    {
        services.AddSingleton<RecordDoor>();
        services.AddSingleton<RecordNotes>();
        services.AddSingleton<ICustomerEvents, UntoldCustomerEvents>();
    }
}
