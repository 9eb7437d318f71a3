using System.Text;

namespace PacSpace.Evidence;

/// <summary>The members that an object of a file has: each at most once, the required ones, no others, in any order.</summary>
/// <remarks>
/// <code>
/// for (var members = shape.Open(json); members.Next();)
///     switch (members.Name) { … each case reads its value … }
/// </code>
/// </remarks>
internal sealed class Shape(string what, string[] required, params string[] optional)
{
    private readonly (string Name, byte[] Utf8)[] _members =
        [.. required.Concat(optional).Select(name => (name, Encoding.ASCII.GetBytes(name)))];

    public Members Open(JsonPull json)
    {
        json.Expect('{');
        return new(this, json);
    }

    public struct Members(Shape shape, JsonPull json)
    {
        private int _seen;

        /// <summary>The name of the member whose value is to be read now.</summary>
        public string Name { get; private set; } = "";

        public readonly bool Has(string name) =>
            (_seen >> Array.FindIndex(shape._members, member => member.Name == name) & 1) == 1;

        public bool Next()
        {
            if (_seen == 0 ? json.TryTake('}') : !json.TryTake(','))
            {
                if (_seen != 0) json.Expect('}');
                shape.RequireAll(_seen);
                return false;
            }
            var index = shape.IndexOf(json.String());
            if ((_seen >> index & 1) == 1) throw JsonPull.Bad($"{shape.What} has {shape._members[index].Name} twice.");
            _seen |= 1 << index;
            Name = shape._members[index].Name;
            json.Expect(':');
            return true;
        }
    }

    private string What => what;

    private int IndexOf(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _members.Length; i++)
        {
            if (name.SequenceEqual(_members[i].Utf8)) return i;
        }
        throw JsonPull.Bad($"{what} has a member that it should not have.");
    }

    private void RequireAll(int seen)
    {
        for (var i = 0; i < required.Length; i++)
        {
            if ((seen >> i & 1) == 0) throw JsonPull.Bad($"{what} has no {required[i]}.");
        }
    }
}
