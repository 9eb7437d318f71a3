namespace PacSpace.Features.Account;

/// <summary>The keys behind customer references (decisions, 5): made with the tenant or vendor account, never changed.</summary>
internal static class ReferenceKeys
{
    public const int Bytes = 32;
}
