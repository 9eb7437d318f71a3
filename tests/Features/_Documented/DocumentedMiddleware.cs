namespace PacSpace.Features.Tests.Documented;

/// <summary>Examples of api-dashboard 12, as its document has them.</summary>
internal static class DocumentedMiddleware
{
    /// <summary>12.3</summary>
    public const string Live =
        """
        { "success": true,
          "data": { "tenant": { "name": "Acme Inference" }, "recordedBy": { "type": "middleware_vendor_account", "id": "cmw_vendor_123", "displayName": "Acme Inference" },
            "vendorAccountId": "cmw_vendor_123", "customerId": "cust_9", "customerReference": "0xb7c8…", "environment": "production", "period": "2026-05", "startDate": "2026-05-01T00:00:00.000Z",
            "endDate": "2026-06-01T00:00:00.000Z", "unit": "credits", "unitLabel": "credits", "recordedThisPeriod": 7, "recordCount": 7, "recordedAmountThisPeriod": -910, "recordedAmount": 910,
            "verifiedThisPeriod": 7, "cumulativeBalance": -7210, "verifiedThroughAt": "2026-05-01T00:00:00.000Z",
            "labels": { "total": "910 credits recorded", "recordCount": "7 records this cycle", "verifiedThrough": "Verified through 30 April 2026", "recordedBy": "Recorded by Acme Inference" },
            "records": [ { "recordId": "rec_5v8y…", "sequenceNumber": 49, "time": "2026-05-12T09:58:11.000Z", "unit": "credits", "recordedValue": 130, "signedDelta": -130, "reason": "tokens",
              "referenceId": "job_990", "fingerprint": "0x3c4d…", "state": "recorded" } ],
            "asOf": "2026-05-12T10:00:00.000Z", "limit": 20, "nextCursor": null } }
        """;

    /// <summary>12.4</summary>
    public const string Periods =
        """
        { "success": true,
          "data": { "customerId": "cust_9", "vendorAccountId": "cmw_vendor_123", "tenant": { "name": "Acme Inference" },
            "recordedBy": { "type": "middleware_vendor_account", "id": "cmw_vendor_123", "displayName": "Acme Inference" },
            "periods": [ { "checkpointId": "chk_4h7q…", "receiptId": "chk_4h7q…", "period": "2026-04", "startDate": "2026-04-01T00:00:00.000Z", "endDate": "2026-05-01T00:00:00.000Z", "recordCount": 42,
              "recordedAmount": 6300, "netDelta": -6300, "startingBalance": 0, "finalBalance": -6300, "proofRoot": "0x7f3a…", "verificationReference": "0x7f3a…",
              "receiptUrl": "https://app.example.com/receipt/chk_4h7q…", "verificationApiUrl": "https://app.example.com/api/v1/verify/0x7f3a…", "verifiedAt": "2026-05-01T00:05:00.412Z" } ],
            "total": 1, "limit": 25, "nextCursor": null } }
        """;

    /// <summary>12.5</summary>
    public const string Period =
        """
        { "success": true,
          "data": { "tenant": { "name": "Acme Inference" }, "recordedBy": { "type": "middleware_vendor_account", "id": "cmw_vendor_123", "displayName": "Acme Inference" },
            "vendorAccountId": "cmw_vendor_123", "customerId": "cust_9", "customerReference": "0xb7c8…", "environment": "production", "unit": "credits", "checkpointId": "chk_4h7q…",
            "receiptId": "chk_4h7q…", "period": "2026-04", "startDate": "2026-04-01T00:00:00.000Z", "endDate": "2026-05-01T00:00:00.000Z", "recordCount": 42, "recordedAmount": 6300,
            "netDelta": -6300, "totalIncreases": 0, "totalDecreases": -6300, "startingBalance": 0, "finalBalance": -6300, "proofRoot": "0x7f3a…", "verificationReference": "0x7f3a…",
            "logOrigin": "app.example.com/log/production", "logIndex": 1841, "treeSize": 1842, "receiptUrl": "https://app.example.com/receipt/chk_4h7q…",
            "verificationApiUrl": "https://app.example.com/api/v1/verify/0x7f3a…", "verifiedAt": "2026-05-01T00:05:00.412Z",
            "labels": { "total": "6,300 credits recorded", "recordCount": "42 records", "proof": "Proof available", "recordedBy": "Recorded by Acme Inference" },
            "records": [ { "recordId": "rec_2n5t…", "sequenceNumber": 1, "time": "2026-04-01T06:10:09.482113Z", "unit": "credits", "recordedValue": 150, "signedDelta": -150, "reason": "tokens",
              "referenceId": "job_1", "fingerprint": "0x1a2b…", "state": "verified" } ],
            "total": 42, "limit": 100, "nextCursor": null } }
        """;

    /// <summary>12.8</summary>
    public const string Compared =
        """
        { "success": true,
          "data": { "customerId": "cust_9", "vendorAccountId": "cmw_vendor_123", "tenant": { "name": "Acme Inference" },
            "recordedBy": { "type": "middleware_vendor_account", "id": "cmw_vendor_123", "displayName": "Acme Inference" }, "unit": "credits",
            "left": { "checkpointId": "chk_4h7q…", "receiptId": "chk_4h7q…", "period": "2026-04", "startDate": "2026-04-01T00:00:00.000Z", "endDate": "2026-05-01T00:00:00.000Z", "recordCount": 42,
              "recordedAmount": 6300, "netDelta": -6300, "startingBalance": 0, "finalBalance": -6300, "proofRoot": "0x7f3a…", "verificationReference": "0x7f3a…",
              "receiptUrl": "https://app.example.com/receipt/chk_4h7q…", "verificationApiUrl": "https://app.example.com/api/v1/verify/0x7f3a…", "verifiedAt": "2026-05-01T00:05:00.412Z" },
            "right": { "checkpointId": "chk_5j8r…", "receiptId": "chk_5j8r…", "period": "2026-05", "startDate": "2026-05-01T00:00:00.000Z", "endDate": "2026-06-01T00:00:00.000Z", "recordCount": 44,
              "recordedAmount": 6800, "netDelta": -6800, "startingBalance": -6300, "finalBalance": -13100, "proofRoot": "0x8c1e…", "verificationReference": "0x8c1e…",
              "receiptUrl": "https://app.example.com/receipt/chk_5j8r…", "verificationApiUrl": "https://app.example.com/api/v1/verify/0x8c1e…", "verifiedAt": "2026-06-01T00:05:00.390Z" },
            "difference": { "netDeltaDiff": -500, "recordCountDiff": 2, "startingBalanceDiff": -6300, "finalBalanceDiff": -6800, "sharedCount": 0, "onlyLeftCount": 42, "onlyRightCount": 44, "sameRoot": false },
            "dailyDivergence": [ { "date": "2026-04-01", "leftRecordCount": 2, "rightRecordCount": 0, "recordCountDiff": -2, "leftNetDelta": -300, "rightNetDelta": 0, "netDeltaDiff": 300 } ],
            "dailyDivergenceTruncated": false } }
        """;
}
