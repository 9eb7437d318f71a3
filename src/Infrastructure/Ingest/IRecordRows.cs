using PacSpace.Evidence;

namespace PacSpace.Infrastructure.Ingest;

/// <summary>Where a group's rows of <c>records</c> are put together before they are sent.</summary>
internal interface IRecordRows
{
    void Append(
        int ledgerNo, int customerNo, long ledgerIndex, RecordStatement statement, Salt salt, Hash leaf,
        byte[]? metadata, Salt? metadataSalt, long? adjustsIndex, short? deltaIndex, Hash? submissionRoot);
}
