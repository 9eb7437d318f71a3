using Microsoft.Extensions.DependencyInjection;

namespace PacSpace.Features;

/// <summary>What the operations of an area share and need once in a process. Found by its type, one an area.</summary>
internal interface IAreaServices
{
    void Add(IServiceCollection services);
}
