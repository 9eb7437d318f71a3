namespace PacSpace.Features.Endpoints;

/// <summary>Rates of api-balance 1.13, settings of the installation: <c>PacSpace:RateLimits:Key:PerSecond</c> and so on.</summary>
internal sealed class RateLimitSettings
{
    public const string Section = "PacSpace:RateLimits";

    public Rate Key { get; set; } = new(2_000, 4_000);

    /// <summary>Public verify, public receipts and pages.</summary>
    public Rate Public { get; set; } = new(20, 60);

    public Rate Log { get; set; } = new(200, 1_000);

    /// <summary>Tries with a key that turned out not to be valid, per client address.</summary>
    public Rate InvalidKey { get; set; } = new(20, 60);

    internal sealed class Rate
    {
        public Rate()
        {
        }

        public Rate(int perSecond, int burst) => (PerSecond, Burst) = (perSecond, burst);

        public int PerSecond { get; set; }

        public int Burst { get; set; }
    }
}
