using System.Globalization;

namespace PacSpace.Trials.Tests;

/// <summary>How long a trial goes on. What stands here suits every run of the tests; a longer trial is a matter of the
/// environment, such as <c>PACSPACE_TRIAL_KILLS=25</c>.</summary>
internal static class Sizes
{
    /// <summary><c>PACSPACE_TRIAL_KILLS</c>: kills of server, PostgreSQL and both.</summary>
    public static int Kills => Of("KILLS", 6);

    /// <summary><c>PACSPACE_TRIAL_TAKEOVERS</c>: times that one of two nodes is killed or suspended.</summary>
    public static int TakeOvers => Of("TAKEOVERS", 4);

    /// <summary><c>PACSPACE_TRIAL_ANSWERS</c>: answers between two kills, at the most.</summary>
    public static int Answers => Of("ANSWERS", 200);

    /// <summary><c>PACSPACE_TRIAL_WORKERS</c>: requests at a time.</summary>
    public static int Workers => Of("WORKERS", 6);

    /// <summary><c>PACSPACE_TRIAL_EVENTS</c>: records that webhooks tell of.</summary>
    public static int Events => Of("EVENTS", 1_000);

    /// <summary><c>PACSPACE_TRIAL_SEED</c>: what is left to chance is drawn from it; each run has its own unless told.</summary>
    public static int Seed { get; } = Of("SEED", Random.Shared.Next());

    private static int Of(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable("PACSPACE_TRIAL_" + name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
