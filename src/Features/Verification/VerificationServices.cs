using Microsoft.Extensions.DependencyInjection;

namespace PacSpace.Features.Verification;

internal sealed class VerificationServices : IAreaServices
{
    public void Add(IServiceCollection services)
    {
        services.AddSingleton<RootSubjects>();
        services.AddSingleton<ChainCheck>();
        services.AddSingleton<SharedChecks>();
    }
}
