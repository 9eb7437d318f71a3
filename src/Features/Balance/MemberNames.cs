using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace PacSpace.Features.Balance;

/// <summary>The member names of one JSON object seen so far, to refuse a name that comes twice.</summary>
/// <remarks>Kept as 64-bit FNV-1a hashes: two names that collide would be refused as one, which only somebody who made
/// them up for that can bring about. Names beyond the first sixteen go into a set.</remarks>
internal ref struct MemberNames
{
    private First _first;
    private int _count;
    private HashSet<ulong>? _more;

    /// <summary>False when the property name under the reader was there before.</summary>
    public bool Add(ref Utf8JsonReader json)
    {
        var name = json.ValueIsEscaped ? HashOf(Unescape(ref json)) : HashOf(json.ValueSpan);
        for (var i = 0; i < Math.Min(_count, 16); i++)
        {
            if (_first[i] == name) return false;
        }

        if (_count >= 16) return (_more ??= []).Add(name);
        _first[_count++] = name;
        return true;
    }

    /// <summary>The name for a message: short, printable.</summary>
    public static string Shown(ref Utf8JsonReader json)
    {
        var text = Encoding.UTF8.GetString(json.ValueSpan[..Math.Min(json.ValueSpan.Length, 64)]);
        return string.Concat(text.Where(c => !char.IsControl(c)));
    }

    private static byte[] Unescape(ref Utf8JsonReader json)
    {
        try
        {
            return Encoding.UTF8.GetBytes(json.GetString()!);
        }
        catch (InvalidOperationException)
        {
            return json.ValueSpan.ToArray(); // an unpaired surrogate: a name of ours it is not
        }
    }

    private static ulong HashOf(ReadOnlySpan<byte> name)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in name) hash = unchecked((hash ^ b) * 1099511628211UL);
        return hash;
    }

    [InlineArray(16)]
    private struct First
    {
        private ulong _element;
    }
}
