namespace PacSpace.Bench;

/// <summary>Customers of very different size: the k-th is met in proportion to 1 / k (Zipf with exponent 1).</summary>
internal sealed class Customers
{
    private readonly double[] _upTo;

    public Customers(int count)
    {
        _upTo = new double[count];
        var sum = 0.0;
        for (var i = 0; i < count; i++) _upTo[i] = sum += 1.0 / (i + 1);
        for (var i = 0; i < count; i++) _upTo[i] /= sum;
    }

    public int Next(Random random)
    {
        var at = Array.BinarySearch(_upTo, random.NextDouble());
        return Math.Min(at >= 0 ? at : ~at, _upTo.Length - 1);
    }
}
