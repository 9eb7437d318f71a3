using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Endpoints;

/// <summary>Finds the caller of an API key. What was read is believed for a few seconds: a key that is disabled, expired or
/// rotated stops working on every node within <see cref="BelievedFor"/>.</summary>
internal sealed class ApiKeys(NpgsqlDataSource database, TimeProvider clock)
{
    public static readonly TimeSpan BelievedFor = TimeSpan.FromSeconds(5);

    /// <summary>From then on one request reads again while the others go on with what is known.</summary>
    private static readonly TimeSpan RefreshedAfter = TimeSpan.FromSeconds(3);

    /// <summary>Unknown ids are remembered too, so this is also what a stranger can make us keep.</summary>
    private const int MaxRemembered = 20_000;

    private const int SweepEvery = 1_000;

    private const string Find =
        "SELECT k.tenant_id, k.environment, k.secret_hash, k.expires_at, k.disabled_at IS NOT NULL OR t.disabled_at IS NOT NULL, " +
        "e.tenant_id IS NOT NULL, t.name, t.buyer_mode = 'BILLING_MIDDLEWARE', t.tier, t.default_unit, t.cadence_interval_seconds " +
        "FROM api_keys k JOIN tenants t USING (tenant_id) " +
        "LEFT JOIN tenant_environments e ON e.tenant_id = k.tenant_id AND e.environment = k.environment WHERE k.key_id = $1";

    private readonly ConcurrentDictionary<string, Remembered> _remembered = new(StringComparer.Ordinal);
    private int _untilSweep = SweepEvery;

    /// <summary>Answers without the database, when the key was met a moment ago.</summary>
    public bool TryAnswer(string key, [NotNullWhen(true)] out ApiKeyAnswer? answer)
    {
        answer = ApiKeyAnswer.Invalid;
        if (!ApiKeyForm.TryParse(key, out var environment, out var publicId, out var secret)) return true;

        answer = null;
        if (!_remembered.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(publicId, out var remembered)) return false;
        var age = clock.GetElapsedTime(remembered.ReadAt);
        if (age >= BelievedFor || (age >= RefreshedAfter && remembered.TakeRefresh())) return false;

        answer = Judge(remembered, environment, secret);
        return true;
    }

    public async ValueTask<ApiKeyAnswer> AnswerAsync(string key, CancellationToken ct)
    {
        if (!ApiKeyForm.TryParse(key, out var environment, out var publicId, out _)) return ApiKeyAnswer.Invalid;
        var remembered = await ReadAsync(publicId.ToString(), ct);
        return ApiKeyForm.TryParse(key, out _, out _, out var secret) ? Judge(remembered, environment, secret) : ApiKeyAnswer.Invalid;
    }

    private ApiKeyAnswer Judge(Remembered known, string environment, ReadOnlySpan<char> secret)
    {
        // The hash is made and compared whatever is known, so that an unknown id takes as long as a wrong secret.
        Span<byte> utf8 = stackalloc byte[Encoding.UTF8.GetMaxByteCount(secret.Length)];
        Span<byte> hash = stackalloc byte[ApiKeyForm.SecretHashBytes];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(secret, utf8)], hash);
        var isRight = CryptographicOperations.FixedTimeEquals(hash, known.SecretHash);

        return !isRight || known.Caller is null || known.IsDisabled || known.Caller.Environment != environment || known.ExpiresAt <= clock.GetUtcNow()
            ? ApiKeyAnswer.Invalid
            : known.Answer;
    }

    private async ValueTask<Remembered> ReadAsync(string publicId, CancellationToken ct)
    {
        var readAt = clock.GetTimestamp();
        await using var find = database.CreateCommand(Find);
        find.Parameters.Add(new NpgsqlParameter { Value = publicId });
        await using var row = await find.ExecuteReaderAsync(ct);
        var known = await row.ReadAsync(ct) ? Read(row, publicId, readAt) : Remembered.Unknown(readAt);
        if (Interlocked.Decrement(ref _untilSweep) <= 0) Sweep();
        return _remembered[publicId] = known;
    }

    private static Remembered Read(NpgsqlDataReader row, string publicId, long readAt)
    {
        var caller = new Caller
        {
            KeyId = publicId,
            TenantId = row.GetString(0),
            Environment = row.GetString(1),
            TenantName = row.GetString(6),
            IsMiddleware = row.GetBoolean(7),
            Tier = row.GetString(8),
            DefaultUnit = row.IsDBNull(9) ? null : row.GetString(9),
            CadenceIntervalSeconds = row.GetInt32(10),
        };
        return new Remembered(readAt, row.GetFieldValue<byte[]>(2), caller)
        {
            ExpiresAt = row.IsDBNull(3) ? null : row.GetFieldValue<DateTimeOffset>(3),
            IsDisabled = row.GetBoolean(4),
            Answer = new ApiKeyAnswer(caller, IsProvisioned: row.GetBoolean(5)),
        };
    }

    private void Sweep()
    {
        Interlocked.Exchange(ref _untilSweep, SweepEvery);
        foreach (var (publicId, known) in _remembered)
        {
            if (clock.GetElapsedTime(known.ReadAt) >= BelievedFor) _remembered.TryRemove(publicId, out _);
        }

        if (_remembered.Count > MaxRemembered) _remembered.Clear();
    }

    private sealed class Remembered(long readAt, byte[] secretHash, Caller? caller)
    {
        private static readonly byte[] s_noHash = new byte[ApiKeyForm.SecretHashBytes];
        private int _isRefreshed;

        public long ReadAt => readAt;

        public byte[] SecretHash => secretHash;

        /// <summary>Null for an id that no key has.</summary>
        public Caller? Caller => caller;

        public DateTimeOffset? ExpiresAt { get; init; }

        public bool IsDisabled { get; init; }

        public ApiKeyAnswer Answer { get; init; } = ApiKeyAnswer.Invalid;

        public static Remembered Unknown(long readAt) => new(readAt, s_noHash, null);

        /// <summary>True for the one request that is to read again.</summary>
        public bool TakeRefresh() => Interlocked.Exchange(ref _isRefreshed, 1) == 0;
    }
}

/// <param name="Caller">Null when the key is not valid, for whatever reason.</param>
internal sealed record ApiKeyAnswer(Caller? Caller, bool IsProvisioned)
{
    public static readonly ApiKeyAnswer Invalid = new(null, false);
}
