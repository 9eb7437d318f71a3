using PacSpace.Features.Verification;
using Xunit;

namespace PacSpace.Features.Tests.Verification;

public sealed class VerifyRootHandlerTests
{
    [Theory]
    //           status      db     chain  verified
    [InlineData("VERIFIED",  true,  null,  true)]
    [InlineData("VERIFIED",  null,  true,  true)]
    [InlineData("VERIFIED",  true,  true,  true)]
    [InlineData("VERIFIED",  true,  false, false)]
    [InlineData("VERIFIED",  null,  false, false)]
    [InlineData("FAILED",    false, null,  false)]
    [InlineData("FAILED",    null,  true,  false)]
    [InlineData("QUEUED",    false, null,  false)]
    [InlineData("QUEUED",    null,  false, false)]
    public void A_root_is_verified_when_its_status_and_every_source_say_so(string status, bool? db, bool? chain, bool verified)
    {
        var decided = VerifyRootHandler.Decide(status, new VerificationSources(db, chain));

        Assert.Equal(verified, decided.Verified);
        Assert.Equal(
            verified ? null : status == "QUEUED" ? "Recorded; verification is not complete yet." : "The stored record no longer matches its proof.", decided.Message);
    }
}
