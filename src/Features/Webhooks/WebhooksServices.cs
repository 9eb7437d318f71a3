using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PacSpace.Infrastructure.Webhooks;

namespace PacSpace.Features.Webhooks;

internal sealed class WebhooksServices : IAreaServices
{
    private const string Allow = "PacSpace:Webhooks:Allow";
    private const string PerSecond = "PacSpace:Webhooks:PerSecond";

    public void Add(IServiceCollection services)
    {
        services.AddSingleton(provider => Options(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton(provider => new AddressGuard(provider.GetRequiredService<WebhookOptions>().Allow));
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<WebhookAddresses>();
        services.AddSingleton<MonthStarts>();
        services.AddSingleton<DeltaBodies>();
        services.AddSingleton<WebhookBodies>();
    }

    /// <exception cref="FormatException">A setting cannot be read; the server does not start with it.</exception>
    private static WebhookOptions Options(IConfiguration configuration) => new()
    {
        Allow = [.. (configuration.GetSection(Allow).Get<string[]>() ?? []).Select(network => IPNetwork.TryParse(network, out var parsed)
            ? parsed
            : throw new FormatException($"{Allow} holds \"{network}\", which is no network such as 127.0.0.0/8."))],
        PerSecond = configuration.GetValue(PerSecond, new WebhookOptions().PerSecond) is > 0 and var rate
            ? rate
            : throw new FormatException($"{PerSecond} must be at least 1."),
    };
}
