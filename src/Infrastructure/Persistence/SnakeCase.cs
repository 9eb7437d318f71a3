using System.Text;

namespace PacSpace.Infrastructure.Persistence;

/// <summary>The one rule between a property's name and its column's: <c>CreatedAt</c> is <c>created_at</c>.</summary>
internal static class SnakeCase
{
    public static string Of(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        foreach (var c in name)
        {
            if (char.IsUpper(c) && text.Length > 0) text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
