using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Balance;

/// <summary>The offline proof of one record: a <c>pacspace/record-proof/1</c> file.</summary>
/// <param name="Metadata">Whether the metadata is disclosed in it.</param>
public sealed record GetRecordProof(Caller Caller, string RecordId, bool Metadata) : IRequest<Outcome<RecordProofFile>>;

/// <summary>The bytes to be saved; they are the evidence.</summary>
public sealed record RecordProofFile(string FileName, ReadOnlyMemory<byte> Bytes);
