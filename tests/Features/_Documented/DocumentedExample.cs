using System.Text.Json;
using Xunit;

namespace PacSpace.Features.Tests.Documented;

/// <summary>The examples of the API's document, word for word, and whether an answer has exactly their members with their types.</summary>
internal static class DocumentedExample
{
    /// <param name="mayBeNull">Paths of members that the example shows with a value, such as <c>points[].period</c>.</param>
    public static void Is(string example, JsonElement answer, params string[] mayBeNull)
    {
        var complaints = new List<string>();
        using var document = JsonDocument.Parse(example);
        Compare(document.RootElement.GetProperty("data"), answer, "", mayBeNull, complaints);
        Assert.Empty(complaints);
    }

    private static void Compare(JsonElement documented, JsonElement actual, string path, string[] mayBeNull, List<string> complaints)
    {
        var (expected, kind) = (Kind(documented), Kind(actual));
        if (kind != expected && expected != "null" && !(kind == "null" && mayBeNull.Contains(path))) complaints.Add($"{path} is {kind}, {expected} is documented");
        if (kind != expected) return;
        if (kind == "object")
        {
            foreach (var member in documented.EnumerateObject().ExceptBy(actual.EnumerateObject().Select(m => m.Name), m => m.Name)) complaints.Add($"{path}.{member.Name} is missing");
            foreach (var member in actual.EnumerateObject())
            {
                var place = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
                if (documented.TryGetProperty(member.Name, out var known)) Compare(known, member.Value, place, mayBeNull, complaints);
                else complaints.Add($"{place} is not documented");
            }
        }

        if (kind == "array" && documented.GetArrayLength() > 0)
            foreach (var item in actual.EnumerateArray()) Compare(documented[0], item, path + "[]", mayBeNull, complaints);
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        var kind => kind.ToString().ToLowerInvariant(),
    };

    /// <summary>3.6</summary>
    public const string Compared =
        """
        { "success": true,
          "data": { "customerId": "cust_001", "customerReference": "0xa1b2…", "vendorAccountId": null, "scopeMode": "period", "period": "2026-04", "startDate": "2026-04-01T00:00:00.000Z",
            "endDate": "2026-05-01T00:00:00.000Z", "startingCheckpoint": null, "startingCheckpointType": null, "startingBalance": 0, "yourBalance": -142.5, "theirBalance": -100,
            "neutralBalance": -142.5, "computedBalance": -142.5, "netDelta": -142.5, "deltaCount": 3, "deltasCount": 3, "pendingCount": 0, "failedCount": 0, "matchesYours": true,
            "matchesTheirs": false, "yourDifference": 0, "theirDifference": 42.5, "yourDivergence": null,
            "theirDivergence": { "startDate": "2026-04-18T14:32:00.123456Z", "endDate": "2026-05-01T00:00:00.000Z", "afterSequence": 41 }, "granularity": null, "breakdown": [] } }
        """;

    /// <summary>3.7</summary>
    public const string Limits =
        """
        { "success": true,
          "data": { "maxScopeMonths": 24, "maxLastNDays": 366, "maxRetentionDays": 0, "maxBatchItems": 1000, "maxBodyBytes": 2097152, "maxBatchBodyBytes": 8388608, "maxAbsoluteDelta": 1000000000,
            "maxFractionDigits": 9, "maxReasonLength": 500, "maxReferenceIdLength": 256, "maxMetadataBytes": 16384, "maxPageSize": 1000, "maxBreakdownBuckets": 1000, "maxFingerprints": 10000,
            "maxVerificationSample": 100, "maxBulkCustomers": 100, "idempotencyRetentionDays": 30, "cadenceIntervalSeconds": 0 } }
        """;

    /// <summary>3.8</summary>
    public const string Gaps =
        """
        { "success": true,
          "data": { "customerId": "cust_001", "vendorAccountId": null, "fromSequence": 1, "toSequence": 42, "latestSequence": 42, "hasGaps": true, "missingCount": 2,
            "gaps": [ { "fromSequence": 17, "toSequence": 18, "count": 2 } ], "checkedAt": "2026-04-18T15:00:00.000Z", "limit": 100, "nextCursor": null } }
        """;

    /// <summary>4.3</summary>
    public const string Timeline =
        """
        { "success": true,
          "data": { "customerId": "cust_12345", "customerReference": "0xa1b2…", "vendorAccountId": null, "period": null, "startDate": "2026-01-01T00:00:00.000Z", "endDate": "2026-05-01T00:00:00.000Z",
            "points": [ { "checkpointId": "chk_4h7q…", "receiptId": "chk_4h7q…", "status": "VERIFIED", "mode": "all", "period": "2026-04", "startDate": "2026-04-01T00:00:00.000Z",
              "endDate": "2026-05-01T00:00:00.000Z", "asOf": "2026-05-01T00:05:00.000Z", "coveredThrough": "2026-05-01T00:00:00.000Z", "proofRoot": "0x7f3a…", "deltaCount": 42, "deltasCount": 42,
              "startingBalance": 0, "netDelta": -6300, "finalBalance": -6300, "verificationReference": "0x7f3a…", "createdAt": "2026-05-01T00:05:00.000Z",
              "verifiedAt": "2026-05-01T00:05:00.412Z" } ],
            "gaps": [ { "startDate": "2026-01-01T00:00:00.000Z", "endDate": "2026-04-01T00:00:00.000Z", "recordCount": 0, "netDelta": 0 } ],
            "summary": { "pointCount": 1, "gapCount": 1, "recordCount": 42, "coveredRecordCount": 42, "uncoveredRecordCount": 0, "netDelta": -6300, "startingBalance": 0, "endingBalance": -6300,
              "coveredFrom": "2026-04-01T00:00:00.000Z", "verifiedThroughAt": "2026-05-01T00:00:00.000Z" },
            "limit": 100, "nextCursor": null } }
        """;

    /// <summary>4.4</summary>
    public const string Diff =
        """
        { "success": true,
          "data": { "customerId": "cust_12345", "customerReference": "0xa1b2…", "vendorAccountId": null,
            "left": { "checkpointId": "chk_4h7q…", "receiptId": "chk_4h7q…", "status": "VERIFIED", "mode": "all", "period": "2026-04", "startDate": "2026-04-01T00:00:00.000Z",
              "endDate": "2026-05-01T00:00:00.000Z", "asOf": "2026-05-01T00:05:00.000Z", "coveredThrough": "2026-05-01T00:00:00.000Z", "proofRoot": "0x7f3a…", "deltaCount": 42, "deltasCount": 42,
              "startingBalance": 0, "netDelta": -6300, "finalBalance": -6300, "verificationReference": "0x7f3a…", "createdAt": "2026-05-01T00:05:00.000Z",
              "verifiedAt": "2026-05-01T00:05:00.412Z" },
            "right": { "checkpointId": "chk_5j8r…", "receiptId": "chk_5j8r…", "status": "VERIFIED", "mode": "all", "period": "2026-05", "startDate": "2026-05-01T00:00:00.000Z",
              "endDate": "2026-06-01T00:00:00.000Z", "asOf": "2026-06-01T00:05:00.000Z", "coveredThrough": "2026-06-01T00:00:00.000Z", "proofRoot": "0x8c1e…", "deltaCount": 44, "deltasCount": 44,
              "startingBalance": -6300, "netDelta": -6800, "finalBalance": -13100, "verificationReference": "0x8c1e…", "createdAt": "2026-06-01T00:05:00.000Z",
              "verifiedAt": "2026-06-01T00:05:00.390Z" },
            "difference": { "netDeltaDiff": -500, "deltaCountDiff": 2, "deltasCountDiff": 2, "startingBalanceDiff": -6300, "finalBalanceDiff": -6800, "sharedCount": 0, "onlyLeftCount": 42, "onlyRightCount": 44,
              "sameRoot": false },
            "dailyDivergence": [ { "date": "2026-04-01", "leftDeltaCount": 2, "rightDeltaCount": 0, "deltaCountDiff": -2, "leftNetDelta": -300, "rightNetDelta": 0, "netDeltaDiff": 300 } ],
            "dailyDivergenceTruncated": false } }
        """;

    /// <summary>4.6</summary>
    public const string Receipt =
        """
        { "success": true,
          "data": { "receiptId": "chk_4h7q…", "checkpointId": "chk_4h7q…", "status": "VERIFIED", "environment": "production", "tenant": { "name": "Acme Inference" },
            "recordedBy": { "type": "tenant", "id": "tnt_8d2k…", "displayName": "Acme Inference" }, "customerId": "cust_12345", "customerReference": "0xa1b2…", "customerDisplayName": null,
            "vendorAccountId": null, "period": "2026-04", "startDate": "2026-04-01T00:00:00.000Z", "endDate": "2026-05-01T00:00:00.000Z", "asOf": "2026-05-01T00:05:00.000Z",
            "coveredThrough": "2026-05-01T00:00:00.000Z", "unit": "credits", "recordCount": 42, "deltaCount": 42, "deltasCount": 42, "recordedAmount": 6300, "totalIncreases": 0,
            "totalDecreases": -6300, "netDelta": -6300, "startingBalance": 0, "finalBalance": -6300, "firstRecordAt": "2026-04-01T06:10:09.482113Z", "lastRecordAt": "2026-04-30T21:55:40.000207Z",
            "proofRoot": "0x7f3a…",
            "verification": { "verificationReference": "0x7f3a…", "verificationApiUrl": "https://app.example.com/api/v1/verify/0x7f3a…", "verificationExplorerUrl": "https://app.example.com/verify/0x7f3a…",
              "verifyUrl": "https://app.example.com/c/cus_7k3v…", "logOrigin": "app.example.com/log/production", "logIndex": 1841, "treeSize": 1842, "verifiedAt": "2026-05-01T00:05:00.412Z" },
            "display": { "locale": "en-US", "timezone": "UTC", "period": "April 2026", "total": "6,300 credits recorded", "recordedBy": "Recorded by Acme Inference",
              "coveredThrough": "Verified through 30 April 2026", "statement": "This record was written by Acme Inference. It can be independently checked." },
            "links": { "permalink": "https://app.example.com/receipt/chk_4h7q…", "json": "https://app.example.com/api/v1/receipt/chk_4h7q…", "pdf": "https://app.example.com/api/v1/receipt/chk_4h7q….pdf",
              "verify": "https://app.example.com/verify/0x7f3a…", "bundle": "https://app.example.com/api/v1/balance/receipts/chk_4h7q…/bundle", "customer": "https://app.example.com/c/cus_7k3v…" },
            "records": [], "generatedAt": "2026-05-01T00:05:00.412Z" } }
        """;

    /// <summary>4.8</summary>
    public const string Receipts =
        """
        { "success": true,
          "data": { "receipts": [ { "receiptId": "chk_4h7q…", "checkpointId": "chk_4h7q…", "status": "VERIFIED", "customerId": "cust_12345", "period": "2026-04", "startDate": "2026-04-01T00:00:00.000Z",
            "endDate": "2026-05-01T00:00:00.000Z", "asOf": "2026-05-01T00:05:00.000Z", "deltaCount": 42, "deltasCount": 42, "netDelta": -6300, "finalBalance": -6300, "proofRoot": "0x7f3a…",
            "verificationReference": "0x7f3a…",
            "links": { "permalink": "https://app.example.com/receipt/chk_4h7q…", "json": "https://app.example.com/api/v1/receipt/chk_4h7q…", "pdf": "https://app.example.com/api/v1/receipt/chk_4h7q….pdf",
              "bundle": "https://app.example.com/api/v1/balance/receipts/chk_4h7q…/bundle" },
            "generatedAt": "2026-05-01T00:05:00.412Z" } ],
            "total": 1, "limit": 25, "offset": 0, "nextCursor": null } }
        """;

    /// <summary>4.9</summary>
    public const string Preview =
        """
        { "success": true,
          "data": { "receiptId": null, "checkpointId": null, "status": "QUEUED", "preview": true, "pendingCount": 0, "failedCount": 0, "environment": "production", "tenant": { "name": "Acme Inference" },
            "recordedBy": { "type": "tenant", "id": "tnt_8d2k…", "displayName": "Acme Inference" }, "customerId": "cust_12345", "customerReference": "0xa1b2…", "customerDisplayName": null,
            "vendorAccountId": null, "period": "2026-05", "startDate": "2026-05-01T00:00:00.000Z", "endDate": "2026-06-01T00:00:00.000Z", "asOf": "2026-05-12T10:00:00.000Z",
            "coveredThrough": "2026-05-12T10:00:00.000Z", "unit": "credits", "recordCount": 7, "deltaCount": 7, "deltasCount": 7, "recordedAmount": 910, "totalIncreases": 0,
            "totalDecreases": -910, "netDelta": -910, "startingBalance": -6300, "finalBalance": -7210, "firstRecordAt": "2026-05-01T02:00:00.000Z", "lastRecordAt": "2026-05-12T09:58:11.000Z",
            "proofRoot": null,
            "verification": { "verificationReference": null, "verificationApiUrl": null, "verificationExplorerUrl": null, "verifyUrl": null, "logOrigin": "app.example.com/log/production", "logIndex": null,
              "treeSize": null, "verifiedAt": null },
            "display": { "locale": "en-US", "timezone": "UTC", "period": "May 2026", "total": "910 credits recorded", "recordedBy": "Recorded by Acme Inference", "coveredThrough": null,
              "statement": "This record was written by Acme Inference. It can be independently checked." },
            "links": { "permalink": null, "json": null, "pdf": null, "verify": null, "bundle": null, "customer": null }, "records": [], "generatedAt": null } }
        """;

    /// <summary>5.2</summary>
    public const string PublicReceipt =
        """
        { "success": true,
          "data": { "receiptId": "chk_4h7q…", "checkpointId": "chk_4h7q…", "status": "VERIFIED", "environment": "production", "tenant": { "name": "Acme Inference" },
            "recordedBy": { "type": "middleware_vendor_account", "id": "cmw_vendor_123", "displayName": "Acme Inference" }, "customerReference": "0xa1b2…", "period": "2026-04",
            "startDate": "2026-04-01T00:00:00.000Z", "endDate": "2026-05-01T00:00:00.000Z", "asOf": "2026-05-01T00:05:00.000Z", "coveredThrough": "2026-05-01T00:00:00.000Z", "unit": "credits",
            "recordCount": 42, "deltaCount": 42, "deltasCount": 42, "recordedAmount": 6300, "totalIncreases": 0, "totalDecreases": -6300, "netDelta": -6300, "startingBalance": 0,
            "finalBalance": -6300, "firstRecordAt": "2026-04-01T06:10:09.482113Z", "lastRecordAt": "2026-04-30T21:55:40.000207Z", "proofRoot": "0x7f3a…",
            "verification": { "verificationReference": "0x7f3a…", "verificationApiUrl": "https://app.example.com/api/v1/verify/0x7f3a…", "verificationExplorerUrl": "https://app.example.com/verify/0x7f3a…",
              "verifyUrl": "https://app.example.com/receipt/chk_4h7q…", "logOrigin": "app.example.com/log/production", "logIndex": 1841, "treeSize": 1842,
              "verifiedAt": "2026-05-01T00:05:00.412Z" },
            "display": { "locale": "en-US", "timezone": "UTC", "period": "April 2026", "total": "6,300 credits recorded", "recordedBy": "Recorded by Acme Inference",
              "coveredThrough": "Verified through 30 April 2026", "statement": "This record was written by Acme Inference. It can be independently checked." },
            "links": { "permalink": "https://app.example.com/receipt/chk_4h7q…", "json": "https://app.example.com/api/v1/receipt/chk_4h7q…", "pdf": "https://app.example.com/api/v1/receipt/chk_4h7q….pdf",
              "verify": "https://app.example.com/verify/0x7f3a…" },
            "records": [], "generatedAt": "2026-05-01T00:05:00.412Z" } }
        """;

    /// <summary>6.2</summary>
    public const string CustomersSummary =
        """
        { "success": true,
          "data": { "environment": "production", "vendorAccountId": null, "period": "2026-04", "totalCustomers": 3, "activeCustomers": 2, "newCustomers": 1, "totalDeltas": 1374, "totalBalance": 112620,
            "recordedThisPeriod": 210, "recordedAmountThisPeriod": -8300.5, "verifiedThisPeriod": 210, "counts": { "customers": 3, "records": 1374, "checkpoints": 9, "receipts": 9 },
            "balances": { "cumulativeBalance": 112620, "totalIncreases": 150000, "totalDecreases": -37380 },
            "verification": { "verified": 1374, "pending": 0, "failed": 0, "coveredByCheckpoint": 1160, "oldestPendingAt": null, "customersFullyCovered": 1, "lastCheckpointAt": "2026-04-01T00:05:00.000Z" },
            "firstActivityAt": "2026-01-05T10:00:00.000Z", "lastActivityAt": "2026-04-18T14:32:00.123456Z" } }
        """;
}
