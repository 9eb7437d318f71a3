using Microsoft.Extensions.DependencyInjection;

namespace PacSpace.Features.Verification;

/// <summary>What the operations of this area share.</summary>
internal static class VerificationServices
{
    public static IServiceCollection AddVerification(this IServiceCollection services)
    {
        services.AddSingleton<RootSubjects>();
        services.AddSingleton<ChainCheck>();
        services.AddSingleton<SharedChecks>();
        return services;
    }
}
