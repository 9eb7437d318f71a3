using System.Security.Cryptography;
using PacSpace.Evidence;
using PacSpace.Infrastructure.Records;

namespace PacSpace.Infrastructure.Ingest;

/// <summary>Ids and salts for the records to come, drawn in runs: one call of cipher or generator costs as much as a hash, for
/// however many it is asked.</summary>
/// <remarks>Owned by a writer's loop. An id follows from its place, so ids drawn for a group that failed are good for the next.</remarks>
internal sealed class DrawnAhead(int ledgerNo, RecordIds ids)
{
    private const int Run = 64;

    private readonly string[] _ids = new string[Run];
    private readonly byte[] _salts = new byte[Run * Salt.Size];
    private long _firstIndex = -Run;
    private int _saltsUsed = Run * Salt.Size;

    public string RecordId(long ledgerIndex)
    {
        if (ledgerIndex < _firstIndex || ledgerIndex >= _firstIndex + Run)
        {
            ids.EncodeRun(ledgerNo, ledgerIndex, _ids);
            _firstIndex = ledgerIndex;
        }

        return _ids[ledgerIndex - _firstIndex];
    }

    /// <summary>Fresh at every call, and kept here no longer.</summary>
    public Salt NextSalt()
    {
        if (_saltsUsed == _salts.Length)
        {
            RandomNumberGenerator.Fill(_salts);
            _saltsUsed = 0;
        }

        var drawn = _salts.AsSpan(_saltsUsed, Salt.Size);
        var salt = Salt.FromBytes(drawn);
        drawn.Clear();
        _saltsUsed += Salt.Size;
        return salt;
    }
}
