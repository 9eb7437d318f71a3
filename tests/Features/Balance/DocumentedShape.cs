using System.Text.Json;
using Xunit;

namespace PacSpace.Features.Tests.Balance;

/// <summary>Members of an answer with their JSON types, in order, against the lines of the API's document.</summary>
internal static class DocumentedShape
{
    /// <summary>As emit answers it (api-balance 3.1): every hash is final, nothing of the sealer's is there yet.</summary>
    public const string NewRecord =
        "recordId:string receiptId:string proofRoot:string proofHash:string itemHash:string contentHash:string previousProofHash:string " +
        "status:string state:string environment:string vendorAccountId:null customerId:string customerReference:string sequenceNumber:number " +
        "deltaIndex:null delta:number reason:string referenceId:string adjusts:null balanceAfter:number period:string window:string " +
        "acceptedAt:string createdAt:string blockTimestamp:null verifiedAt:null verificationReference:null verificationApiUrl:string error:null failedAt:null";

    public const string Group =
        "totalQueued:number totalFailed:number totalReplayed:number receiptId:string proofRoot:string itemHashes:array results:array _efficiency:null";

    public const string GroupItem =
        "index:number customerId:string delta:number referenceId:string status:string idempotent:boolean recordId:string receiptId:string " +
        "itemHash:string sequenceNumber:number balanceAfter:number acceptedAt:string error:null message:null";

    public const string Derived =
        "customerId:string customerReference:string vendorAccountId:null scopeMode:string period:string startDate:string endDate:string " +
        "startingCheckpoint:null startingCheckpointType:null startingBalance:number netDelta:number computedBalance:number deltaCount:number " +
        "deltasCount:number pendingCount:number failedCount:number firstSequence:number lastSequence:number latestReceiptId:string " +
        "latestRecordId:string granularity:string breakdown:array deltas:array total:number limit:number offset:number nextCursor:string";

    public const string Bucket =
        "startDate:string endDate:string deltaCount:number deltasCount:number totalIncreases:number totalDecreases:number netDelta:number endingBalance:number";

    public static void Is(string documented, JsonElement actual) => Assert.Equal(documented, Of(actual));

    public static string Of(JsonElement element) =>
        string.Join(' ', element.EnumerateObject().Select(member => $"{member.Name}:{TypeOf(member.Value)}"));

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        var kind => kind.ToString().ToLowerInvariant(),
    };
}
