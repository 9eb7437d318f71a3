using PacSpace.Infrastructure.Records;

namespace PacSpace.Features.Pipeline;

/// <summary>Who asks, and in which environment. The first member of every request; rows are found through it.</summary>
/// <remarks>Plain values only, taken from the key a few seconds ago at the most, or from the link just now. One instance is shared by
/// the requests of a key, so nothing of a single request belongs here.</remarks>
public sealed record Caller
{
    public required string TenantId { get; init; }

    /// <summary>As buyers of a direct tenant see it. Under middleware it never reaches a buyer.</summary>
    public required string TenantName { get; init; }

    /// <summary><see cref="Environments.Sandbox"/> or <see cref="Environments.Production"/>.</summary>
    public required string Environment { get; init; }

    /// <summary>True for a billing middleware, false for direct inference.</summary>
    public required bool IsMiddleware { get; init; }

    /// <summary>Lower case: free, pilot, starter, growth, scale, enterprise.</summary>
    public required string Tier { get; init; }

    /// <summary>The customer whose link was opened, as it was found with the link: such a caller finds no other by its id. Null for a
    /// key's.</summary>
    internal CustomerRow? Customer { get; init; }

    /// <summary>The public half of the key; null when the caller came through a session.</summary>
    public string? KeyId { get; init; }

    public string? DefaultUnit { get; init; }

    /// <summary>Shortest time between two records of one customer; 0 is no limit.</summary>
    public int CadenceIntervalSeconds { get; init; }
}

/// <summary>The two environments. Nothing crosses from one to the other.</summary>
public static class Environments
{
    public const string Sandbox = "sandbox";
    public const string Production = "production";

    public static bool Contains(string? environment) => environment is Sandbox or Production;
}
