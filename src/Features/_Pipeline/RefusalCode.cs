namespace PacSpace.Features.Pipeline;

/// <summary>The catalogue of refusals: every documented code with its status. A code that is not here cannot be answered.</summary>
public sealed class RefusalCode
{
    private static readonly List<RefusalCode> s_all = [];

    public static readonly RefusalCode IdempotencyPending = new("IDEMPOTENCY_PENDING", 202);

    public static readonly RefusalCode ValidationError = new("VALIDATION_ERROR", 400);
    public static readonly RefusalCode InvalidScopeCombination = new("INVALID_SCOPE_COMBINATION", 400);
    public static readonly RefusalCode ScopeTooWide = new("SCOPE_TOO_WIDE", 400);
    public static readonly RefusalCode VendorAccountRequired = new("VENDOR_ACCOUNT_REQUIRED", 400);
    public static readonly RefusalCode VendorAccountForbidden = new("VENDOR_ACCOUNT_FORBIDDEN", 400);
    public static readonly RefusalCode AdjustsNotFound = new("ADJUSTS_NOT_FOUND", 400);
    public static readonly RefusalCode FingerprintNotFound = new("FINGERPRINT_NOT_FOUND", 400);
    public static readonly RefusalCode TokenInvalid = new("TOKEN_INVALID", 400);
    public static readonly RefusalCode WebhookUrlRefused = new("WEBHOOK_URL_REFUSED", 400);

    public static readonly RefusalCode InvalidApiKey = new("INVALID_API_KEY", 401);
    public static readonly RefusalCode SessionRequired = new("SESSION_REQUIRED", 401);
    public static readonly RefusalCode InvalidCredentials = new("INVALID_CREDENTIALS", 401);
    public static readonly RefusalCode MfaInvalid = new("MFA_INVALID", 401);

    public static readonly RefusalCode PlanExhausted = new("PLAN_EXHAUSTED", 402);

    public static readonly RefusalCode Forbidden = new("FORBIDDEN", 403);
    public static readonly RefusalCode MiddlewareOnly = new("MIDDLEWARE_ONLY", 403);
    public static readonly RefusalCode CsrfRejected = new("CSRF_REJECTED", 403);
    public static readonly RefusalCode RegistrationRequiresApproval = new("REGISTRATION_REQUIRES_APPROVAL", 403);
    public static readonly RefusalCode EmailNotVerified = new("EMAIL_NOT_VERIFIED", 403);

    public static readonly RefusalCode NotFound = new("NOT_FOUND", 404);
    public static readonly RefusalCode CustomerNotFound = new("CUSTOMER_NOT_FOUND", 404);
    public static readonly RefusalCode CheckpointNotFound = new("CHECKPOINT_NOT_FOUND", 404);

    public static readonly RefusalCode MethodNotAllowed = new("METHOD_NOT_ALLOWED", 405);

    public static readonly RefusalCode CustomerExists = new("CUSTOMER_EXISTS", 409);
    public static readonly RefusalCode CustomerExistsFromIntegration = new("CUSTOMER_EXISTS_FROM_INTEGRATION", 409);
    public static readonly RefusalCode IdempotencyKeyReused = new("IDEMPOTENCY_KEY_REUSED", 409);
    public static readonly RefusalCode ProofUnavailable = new("PROOF_UNAVAILABLE", 409);
    public static readonly RefusalCode Conflict = new("CONFLICT", 409);

    public static readonly RefusalCode LinkRevoked = new("LINK_REVOKED", 410);
    public static readonly RefusalCode EnvironmentNotProvisioned = new("ENVIRONMENT_NOT_PROVISIONED", 412);
    public static readonly RefusalCode BodyTooLarge = new("BODY_TOO_LARGE", 413);
    public static readonly RefusalCode UnsupportedMediaType = new("UNSUPPORTED_MEDIA_TYPE", 415);

    public static readonly RefusalCode RateLimited = new("RATE_LIMITED", 429);
    public static readonly RefusalCode CadenceLimit = new("CADENCE_LIMIT", 429);

    /// <summary>A bug, never a decision: only the mapper answers it.</summary>
    public static readonly RefusalCode Internal = new("INTERNAL", 500);

    /// <summary>A fault, or work that goes on while the caller is asked to come back.</summary>
    public static readonly RefusalCode ServiceUnavailable = new("SERVICE_UNAVAILABLE", 503);

    private RefusalCode(string name, int status)
    {
        (Name, Status) = (name, status);
        s_all.Add(this);
    }

    public static IReadOnlyList<RefusalCode> All => s_all;

    public string Name { get; }

    public int Status { get; }

    public override string ToString() => Name;
}
