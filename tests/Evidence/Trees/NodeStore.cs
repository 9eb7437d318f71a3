namespace PacSpace.Evidence.Tests.Trees;

/// <summary>Complete subtree nodes as a database would keep them: written once each, by the frontier.</summary>
internal sealed class NodeStore
{
    private readonly Dictionary<TreeNode, Hash> _nodes = [];

    public NodeStore(IEnumerable<Hash> leaves)
    {
        foreach (var leaf in leaves) Frontier.Append(leaf, (level, index, hash) => _nodes.Add(new(level, index), hash));
    }

    public TreeFrontier Frontier { get; } = new();

    public List<TreeNode> Asked { get; } = [];

    public Hash Read(int level, long index)
    {
        Asked.Add(new(level, index));
        return _nodes[new(level, index)];
    }
}
