using System.Security.Cryptography;
using PacSpace.Infrastructure.Signing;

namespace PacSpace.Infrastructure.Secrets;

/// <summary>The secrets of an installation, which live outside its database: whoever steals or changes the one cannot use
/// or repair the other.</summary>
/// <remarks>
/// <code>
/// {data}/keys/                   0700
///   signing-sandbox.key          0600, 32 bytes: Ed25519 seed of the sandbox log
///   signing-production.key       0600, 32 bytes: Ed25519 seed of the production log
///   record-id.key                0600, 32 bytes: the permutation behind record ids; what webhooks need is derived from it
///   access-code.key              0600, 32 bytes: what access codes are derived from
///   frontier-mac.key             0600, 32 bytes: what month frontiers are authenticated with
/// </code>
/// <para><b>Backup.</b> The whole folder, once, kept apart from the database's backups and as guarded as the signing keys
/// are. Without a signing key the log cannot be continued under its name; without <c>record-id.key</c> the ids in issued
/// evidence find no rows; without <c>access-code.key</c> every access code changes; <c>frontier-mac.key</c> can be made
/// anew, at the price of rebuilding each frontier at its next use. None of them changes while the installation lives, so
/// one copy stays good. The sealer's mark may stand beside them and is no secret; it must <em>not</em> be restored from a
/// backup, since an older mark is what it guards against.</para>
/// <para><b>Several nodes</b> share the folder (a shared volume or a mounted secret): each must hold the same bytes.</para>
/// <para><b>First start.</b> All files are written into a folder of another name, flushed, and the folder is renamed: there
/// are either all of them or none. A folder that lacks one afterwards has lost it, and a new one is never made up in its
/// place, because that would quietly change ids, codes or the log's identity.</para>
/// </remarks>
public sealed class SecretStore : IDisposable
{
    private const int KeyBytes = 32;
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;
    private const UnixFileMode Strangers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute |
        UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private const string RecordId = "record-id.key";
    private const string AccessCode = "access-code.key";
    private const string FrontierMac = "frontier-mac.key";
    private static readonly string[] Names = [SigningName("sandbox"), SigningName("production"), RecordId, AccessCode, FrontierMac];

    private readonly Dictionary<string, byte[]> _keys;
    private bool _isDisposed;

    private SecretStore(string folder, bool isNew, Dictionary<string, byte[]> keys) => (Folder, IsNew, _keys) = (folder, isNew, keys);

    public string Folder { get; }

    /// <summary>True when this start made the secrets. A database that holds a log already belongs to others, then, and the
    /// host must not go on.</summary>
    public bool IsNew { get; }

    /// <summary>32 bytes, for <c>RecordIds</c>.</summary>
    public ReadOnlySpan<byte> RecordIdKey => Key(RecordId);

    /// <summary>32 bytes, for deriving access codes.</summary>
    public ReadOnlySpan<byte> AccessCodeKey => Key(AccessCode);

    /// <summary>32 bytes, for the MAC over month frontiers.</summary>
    public ReadOnlySpan<byte> FrontierMacKey => Key(FrontierMac);

    /// <summary>32 bytes, for the signing secrets of webhooks, which stand encrypted in the database.</summary>
    public byte[] WebhookSecretKey() => HKDF.Expand(HashAlgorithmName.SHA256, Key(RecordId), KeyBytes, "pacspace webhook secrets"u8.ToArray());

    /// <summary>Reads the secrets, and makes them when there is no folder yet (or an empty one).</summary>
    /// <param name="folder">Usually <c>{data}/keys</c>. Its parent must exist or be makeable and be on the same volume.</param>
    /// <exception cref="SecretStoreException">A file is missing, of the wrong length, or readable by others.</exception>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public static SecretStore Open(string folder)
    {
        folder = Path.GetFullPath(folder);
        var isNew = (!Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any()) && TryMake(folder);

        // The mode is looked at also right after making it: some volumes have no modes, and secrets do not go there.
        RequireOwnersOnly(folder, File.GetUnixFileMode(folder));
        return new SecretStore(folder, isNew, Names.ToDictionary(name => name, name => Read(Path.Combine(folder, name))));
    }

    /// <summary>A signer for the environment's log.</summary>
    /// <param name="environment"><c>sandbox</c> or <c>production</c>.</param>
    public LogSigner OpenSigner(string environment) =>
        _keys.ContainsKey(SigningName(environment))
            ? new LogSigner(environment, Key(SigningName(environment)))
            : throw new ArgumentOutOfRangeException(nameof(environment), environment, "An environment is sandbox or production.");

    /// <summary>Wipes the copies in memory; signers that were opened keep their own.</summary>
    /// <summary>Wipes the secrets. Whoever asks for one afterwards is told so: wiped bytes would sign as a key all the same.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        foreach (var key in _keys.Values) CryptographicOperations.ZeroMemory(key);
    }

    private byte[] Key(string name)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _keys[name];
    }

    private static string SigningName(string environment) => $"signing-{environment}.key";

    /// <summary>False when another node was quicker; then its secrets are the ones.</summary>
    private static bool TryMake(string folder)
    {
        var parent = Directory.CreateDirectory(Path.GetDirectoryName(folder)!).FullName;
        var making = Path.Combine(parent, $".{Path.GetFileName(folder)}-{RandomNumberGenerator.GetHexString(16, lowercase: true)}.new");
        Directory.CreateDirectory(making, OwnerFolder);
        try
        {
            foreach (var name in Names)
            {
                using var file = new FileStream(
                    Path.Combine(making, name),
                    new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerFile });
                var key = RandomNumberGenerator.GetBytes(KeyBytes);
                file.Write(key);
                file.Flush(flushToDisk: true);
                CryptographicOperations.ZeroMemory(key);
            }

            Posix.FlushDirectory(making);

            // Crash window 1: before the rename there are no secrets (only a stray folder that nobody reads), after it all.
            var made = Posix.TryRenameDirectory(making, folder);
            if (made) Posix.FlushDirectory(parent);
            return made;
        }
        finally
        {
            if (Directory.Exists(making)) Directory.Delete(making, recursive: true);
        }
    }

    private static byte[] Read(string path)
    {
        try
        {
            RequireOwnersOnly(path, File.GetUnixFileMode(path));
            var key = File.ReadAllBytes(path);
            return key.Length == KeyBytes
                ? key
                : throw new SecretStoreException($"{path} has {key.Length} bytes instead of {KeyBytes}: it is damaged. Restore it from the backup.");
        }
        catch (FileNotFoundException missing)
        {
            throw new SecretStoreException(
                $"{path} is missing while other secrets are there. Restore it from the backup; a new one would not fit what was recorded with the old.", missing);
        }
    }

    private static void RequireOwnersOnly(string path, UnixFileMode mode)
    {
        if ((mode & Strangers) == 0) return;
        throw new SecretStoreException(
            $"{path} may be used by other accounts of this machine (mode {Convert.ToString((int)mode, 8)}). Take that away with: chmod go= {path}");
    }
}
