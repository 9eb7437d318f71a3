using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace PacSpace.Features.SharedRecord;

internal sealed class SharedRecordServices : IAreaServices
{
    public void Add(IServiceCollection services)
    {
        services.AddSingleton<RecordDoor>();
        services.AddSingleton<RecordNotes>();
        services.TryAddSingleton<ICustomerEvents, WebhookCustomerEvents>();
    }
}
