using Npgsql;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Sealing;
using PacSpace.Infrastructure.Secrets;

namespace PacSpace.Features.Service;

/// <summary>The keys that this node holds are those that each log is signed with now. A log that does not exist yet takes
/// the key that is there.</summary>
internal sealed class SigningKeysReadiness(NpgsqlDataSource database, SecretStore secrets) : IReadinessCheck
{
    private const string Find = "SELECT vkey FROM log_keys WHERE environment = $1 AND last_size IS NULL";

    public string Name => "signingKeys";

    public async Task<bool> IsOkAsync(CancellationToken ct)
    {
        foreach (var environment in Sealers.Environments)
        {
            using var signer = secrets.OpenSigner(environment);
            await using var find = database.CreateCommand(Find);
            find.Parameters.Add(new() { Value = environment });
            await using var row = await find.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct))
            {
                if (!VerifierKey.TryParse(row.GetString(0), out var key) || !key.PublicKey.SequenceEqual(signer.PublicKey)) return false;
            }
        }

        return true;
    }
}
