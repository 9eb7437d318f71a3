using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Receipts;

/// <summary>A receipt document, for anyone who holds its id.</summary>
/// <param name="ReceiptId">A <c>chk_</c> id; a root does not open it.</param>
/// <param name="Locale">BCP 47.</param>
/// <param name="Timezone">IANA name; used in <c>display</c> only.</param>
/// <param name="Host">Where it was asked for.</param>
/// <param name="IsForPage">It is looked at and no document leaves (portal 4.1): nothing is issued, and nobody is told.</param>
public sealed record GetPublicReceipt(
    string ReceiptId, string Locale, string Timezone, [property: NotOnTheWire] AskedHost Host, [property: NotOnTheWire] bool IsForPage = false)
    : IRequest<Outcome<PublicReceipt>>;

/// <summary>What a receipt says to a stranger: no id and no name of the customer.</summary>
public sealed record PublicReceipt : ReceiptMembers
{
    internal PublicReceipt(ReceiptFacts facts)
        : base(facts)
    {
    }

    public required string ReceiptId { get; init; }
    public required string CheckpointId { get; init; }
    public required string ProofRoot { get; init; }
    public required ReceiptVerification Verification { get; init; }
    public required ReceiptDisplay Display { get; init; }
    public required PublicReceiptLinks Links { get; init; }

    /// <summary>First issue; on a page that was opened before it, when the receipt came to be.</summary>
    public required DateTimeOffset GeneratedAt { get; init; }
}

public sealed record PublicReceiptLinks(string Permalink, string Json, string Pdf, string Verify);
