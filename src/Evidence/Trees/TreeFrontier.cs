using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace PacSpace.Evidence;

/// <summary>The right edge of a growing tree: what is needed to append, and nothing else.</summary>
/// <remarks>
/// A tree of n leaves is a row of complete subtrees, one for each set bit of n, large ones first. Appending a leaf adds a subtree
/// of one leaf and joins equal neighbours, like a carry in binary addition; the root joins the row from the right. A frontier of
/// any size has at most 63 hashes. Stored form: the size as 8 bytes, big-endian, then the hashes in that order. Not safe for
/// use from several threads.
/// </remarks>
public sealed class TreeFrontier
{
    private readonly List<Hash> _subtrees;
    private long _size;

    /// <summary>The empty tree.</summary>
    public TreeFrontier() : this(0, []) { }

    private TreeFrontier(long size, List<Hash> subtrees) => (_size, _subtrees) = (size, subtrees);

    /// <summary>The number of leaves so far.</summary>
    public TreeSize Size => new(_size);

    /// <summary>Adds a leaf on the right.</summary>
    /// <param name="leafHash">The leaf's hash, not its entry.</param>
    /// <param name="onCompleteNode">
    /// Is told each subtree that became complete: level, index on that level, hash. The leaf itself (level 0) first, then upwards.
    /// </param>
    public void Append(Hash leafHash, Action<int, long, Hash>? onCompleteNode = null)
    {
        var (hash, level, index) = (leafHash, 0, _size);
        onCompleteNode?.Invoke(level, index, hash);
        for (; (index & 1) == 1; index >>= 1)
        {
            hash = MerkleTree.NodeHash(_subtrees[^1], hash);
            _subtrees.RemoveAt(_subtrees.Count - 1);
            onCompleteNode?.Invoke(++level, index >> 1, hash);
        }
        _subtrees.Add(hash);
        _size++;
    }

    /// <summary>The root of the tree so far; <see cref="MerkleTree.EmptyRoot"/> when it has no leaves.</summary>
    public Hash Root()
    {
        if (_size == 0) return MerkleTree.EmptyRoot;
        var root = _subtrees[^1];
        for (var i = _subtrees.Count - 2; i >= 0; i--) root = MerkleTree.NodeHash(_subtrees[i], root);
        return root;
    }

    /// <summary>A frontier that grows on its own from here.</summary>
    public TreeFrontier Clone() => new(_size, [.. _subtrees]);

    /// <summary>The stored form.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[sizeof(long) + _subtrees.Count * Hash.Size];
        BinaryPrimitives.WriteInt64BigEndian(bytes, _size);
        MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_subtrees)).CopyTo(bytes.AsSpan(sizeof(long)));
        return bytes;
    }

    /// <summary>Reads the stored form.</summary>
    /// <exception cref="FormatException">The size is negative, or there are not as many hashes as it asks for.</exception>
    public static TreeFrontier FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < sizeof(long)) throw new FormatException("A tree frontier begins with 8 bytes of size.");
        var size = BinaryPrimitives.ReadInt64BigEndian(bytes);
        var hashes = bytes[sizeof(long)..];
        if (size < 0 || hashes.Length != BitOperations.PopCount((ulong)size) * Hash.Size)
            throw new FormatException("A tree frontier has one hash for each set bit of its size.");
        var subtrees = new List<Hash>();
        for (; hashes.Length > 0; hashes = hashes[Hash.Size..]) subtrees.Add(Hash.FromBytes(hashes[..Hash.Size]));
        return new(size, subtrees);
    }
}
