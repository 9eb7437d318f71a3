using PacSpace.Evidence;
using PacSpace.Features.Checkpoints;
using Xunit;

namespace PacSpace.Features.Tests.Checkpoints;

public sealed class CheckpointIdentityTests
{
    private static readonly Window s_march = new(Timestamp.FromMicroseconds(100), Timestamp.FromMicroseconds(200));
    private static readonly Hash s_a = Hash.Sha256([1]);
    private static readonly Hash s_b = Hash.Sha256([2]);

    [Fact]
    public void The_set_of_fingerprints_counts_and_not_their_order() => Assert.Equal(
        CheckpointIdentity.Of(s_march, CheckpointMode.Selected, [s_a, s_b]), CheckpointIdentity.Of(s_march, CheckpointMode.Selected, [s_b, s_a]));

    [Fact]
    public void Each_of_window_mode_and_fingerprints_makes_another()
    {
        Hash[] identities =
        [
            CheckpointIdentity.Of(s_march, CheckpointMode.All, []),
            CheckpointIdentity.Of(s_march with { End = Timestamp.FromMicroseconds(201) }, CheckpointMode.All, []),
            CheckpointIdentity.Of(s_march with { Start = Timestamp.FromMicroseconds(101) }, CheckpointMode.All, []),
            CheckpointIdentity.Of(s_march, CheckpointMode.Selected, [s_a]),
            CheckpointIdentity.Of(s_march, CheckpointMode.Selected, [s_a, s_b]),
        ];

        Assert.Equal(identities.Length, identities.Distinct().Count());
    }
}
