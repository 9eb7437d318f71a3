namespace PacSpace.Evidence;

/// <summary>The checks of one receipt, record by record; section 7 of the format's README from the second row on, in its order.</summary>
/// <remarks>
/// Rows are independent of each other: each looks at everything it can, and <see cref="Findings"/> keeps the answer. A record whose
/// statement cannot be read ends its own further checks only, since whatever they found would come after it.
/// </remarks>
internal sealed class ReceiptCheck
{
    private readonly ReceiptFile _file;
    private readonly CheckpointStatement _checkpoint;
    private readonly TreeHead? _head;
    private readonly Findings _findings = new();

    private readonly TreeFrontier _tree = new();
    private readonly TreeSize _proofSize;
    private Previous? _previous;
    private Hash? _firstPrev;
    private Int128 _netNano;
    private string? _unit;
    private bool _unitsDiffer;

    private sealed record Previous(RecordStatement Statement, Hash LeafHash, long Index);

    public ReceiptCheck(ReceiptFile file, CheckpointStatement checkpoint, KeyRing keys)
    {
        (_file, _checkpoint) = (file, checkpoint);
        _proofSize = new(checkpoint.Count + 1);
        if (!keys.TryOpen(file.TreeHead, out _head))
            Fail(EvidenceCode.Signature, "The tree head is not well formed, or no trusted key of its log signed it.");
    }

    public void Record(FileRecord record, long place)
    {
        if (!RecordStatement.TryParse(record.Statement, out var statement))
        {
            _findings.Add(EvidenceCode.Statement, place, "The statement is not canonical, complete and of the right forms.");
            return;
        }
        var leaf = Entry.Record(record.Salt, record.Statement).LeafHash();
        if (!record.MetadataHolds(statement)) _findings.Add(EvidenceCode.Metadata, place, "The metadata shown is not what was committed to.");
        if (_file.IsComplete) _tree.Append(leaf);
        else Sample(record, leaf, place);

        if (statement.LedgerId != _checkpoint.LedgerId || statement.CustomerId != _checkpoint.CustomerId)
            _findings.Add(EvidenceCode.Customer, place, $"{Name(statement)} is of another ledger or customer than the checkpoint.");
        if (!_checkpoint.Covered.Contains(statement.AcceptedAt))
            _findings.Add(EvidenceCode.Window, place, $"{Name(statement)} was accepted outside the covered window.");
        Order(statement, record.Index, place);
        if (_previous is { } previous && previous.Statement.Seq + 1 == statement.Seq) Follows(previous, statement, place);
        _netNano += statement.Delta.Nano;
        Ends(statement, record.Index, place);
        Unit(statement, place);

        if (place == 0) _firstPrev = statement.Prev;
        _previous = new(statement, leaf, record.Index);
    }

    public Verdict<ReceiptFacts> Finish()
    {
        Count();
        Root();
        Log();
        Net();
        if (_file.IsComplete && _checkpoint.Unit != (_unitsDiffer ? null : _unit))
            Fail(EvidenceCode.Unit, "The checkpoint's unit is not the one unit of its records.");
        if (_findings.First is { } refusal) return new(refusal);
        return new(new ReceiptFacts
        {
            Checkpoint = _checkpoint,
            IsComplete = _file.IsComplete,
            Records = _file.Records,
            ProofRoot = _file.ProofRoot,
            TreeHead = _head!,
            FirstPrev = _file.IsComplete ? _firstPrev : null,
            LastLeafHash = _file.IsComplete ? _previous?.LeafHash : null,
        });
    }

    private void Count()
    {
        var (records, count) = (_file.Records, _checkpoint.Count);
        if (_file.IsComplete && records != count)
            Fail(EvidenceCode.Count, $"The checkpoint counts {count} records and the file holds {records}.");
        if (!_file.IsComplete && (records > count || (records == 0 && count > 0)))
            Fail(EvidenceCode.Count, $"A sample of {records} out of {count} records shows nothing.");
    }

    private void Root()
    {
        var leaf = Entry.Checkpoint(_file.CheckpointSalt, _file.Checkpoint).LeafHash();
        if (_file.IsComplete)
        {
            _tree.Append(leaf);
            if (_tree.Root() != _file.ProofRoot) Fail(EvidenceCode.Root, "Records and checkpoint do not give the proof root.");
        }
        else if (!MerkleTree.CheckInclusion(leaf, new(_checkpoint.Count), _proofSize, [.. _file.CheckpointPath!], _file.ProofRoot))
        {
            Fail(EvidenceCode.Root, "The checkpoint's path does not lead to the proof root.");
        }
    }

    private void Sample(FileRecord record, Hash leaf, long place)
    {
        if (record.Index >= _checkpoint.Count
            || !MerkleTree.CheckInclusion(leaf, new(record.Index), _proofSize, [.. record.Path], _file.ProofRoot))
            _findings.Add(EvidenceCode.Root, place, "The record's path does not lead to the proof root.");
        if (record.Block!.RootFrom(leaf) is not { } blockRoot)
        {
            _findings.Add(EvidenceCode.Block, place, "The block path is not of the right length for its index and size.");
            return;
        }
        if (_head is not null && !IsLogged(Entry.Block(blockRoot), record.Log!))
            _findings.Add(EvidenceCode.Log, place, "The record's block is not where the file says it stands in the signed log.");
        if (record.Log!.Index >= _file.Log.Index)
            _findings.Add(EvidenceCode.Log, place, "The record's block does not stand before the checkpoint in the log.");
    }

    private void Log()
    {
        if (_head is not null && !IsLogged(Entry.CheckpointRoot(_file.ProofRoot), _file.Log))
            Fail(EvidenceCode.Log, "The proof root is not where the file says it stands in the signed log.");
    }

    private bool IsLogged(Entry entry, InclusionProof proof) =>
        proof.Size == _head!.Size && proof.RootFrom(entry.LeafHash()) == _head.Root;

    private void Order(RecordStatement statement, long index, long place)
    {
        if (_checkpoint.Mode == CheckpointMode.All && statement.Seq != _checkpoint.FirstSeq + index)
            _findings.Add(EvidenceCode.Order, place, $"{Name(statement)} stands where seq {_checkpoint.FirstSeq + index} belongs.");
        if (_previous is not { } previous) return;
        if (index <= previous.Index || statement.Seq <= previous.Statement.Seq)
            _findings.Add(EvidenceCode.Order, place, $"{Name(statement)} does not come after the record before it.");
        if (statement.AcceptedAt < previous.Statement.AcceptedAt)
            _findings.Add(EvidenceCode.Order, place, $"{Name(statement)} was accepted earlier than the record before it.");
    }

    private void Follows(Previous previous, RecordStatement statement, long place)
    {
        if (statement.Prev != previous.LeafHash)
            _findings.Add(EvidenceCode.Chain, place, $"{Name(statement)} does not name the record before it.");
        if (statement.BalanceAfter != previous.Statement.BalanceAfter + statement.Delta)
            _findings.Add(EvidenceCode.Balance, place, $"The balance after {Name(statement)} is not the one before it plus its delta.");
    }

    private void Net()
    {
        if (_file.IsComplete && _netNano != _checkpoint.Net.Nano) Fail(EvidenceCode.Net, "The net is not the sum of the deltas.");
        if (_checkpoint.Opening + _checkpoint.Net != _checkpoint.Closing) Fail(EvidenceCode.Net, "Opening and net do not give closing.");
    }

    private void Ends(RecordStatement statement, long index, long place)
    {
        var all = _checkpoint.Mode == CheckpointMode.All;
        if (index == 0 && (statement.Seq != _checkpoint.FirstSeq
            || (all && statement.BalanceAfter - statement.Delta != _checkpoint.Opening)))
            _findings.Add(EvidenceCode.Ends, place, $"{Name(statement)} does not begin where the checkpoint does.");
        if (index == _checkpoint.Count - 1 && (statement.Seq != _checkpoint.LastSeq
            || (all && statement.BalanceAfter != _checkpoint.Closing)))
            _findings.Add(EvidenceCode.Ends, place, $"{Name(statement)} does not end where the checkpoint does.");
    }

    private void Unit(RecordStatement statement, long place)
    {
        if (statement.Unit is null) return;
        _unitsDiffer |= _unit is not null && _unit != statement.Unit;
        _unit ??= statement.Unit;
        if (!_file.IsComplete && _checkpoint.Unit is not null && statement.Unit != _checkpoint.Unit)
            _findings.Add(EvidenceCode.Unit, place, $"{Name(statement)} has another unit than the checkpoint.");
    }

    private void Fail(EvidenceCode code, string sentence) => _findings.Add(code, Findings.WholeFile, sentence);

    private static string Name(RecordStatement statement) => $"Record {statement.RecordId} (seq {statement.Seq})";
}
