using System.Globalization;

namespace PacSpace.Infrastructure.Persistence;

/// <summary>The account the server process runs as: our own, or <c>postgres</c> when we are root, because PostgreSQL
/// refuses to run as root.</summary>
internal sealed record PostgresAccount(string Name, uint UserId, uint GroupId, bool IsOther)
{
    private const string OtherAccount = "postgres";

    public static PostgresAccount Current()
    {
        var wanted = Posix.IsRoot ? OtherAccount : null;
        foreach (var line in File.ReadLines("/etc/passwd"))
        {
            // name : password : user id : group id : comment : home : shell
            var fields = line.Split(':');
            if (fields.Length < 4) continue;
            var userId = uint.Parse(fields[2], CultureInfo.InvariantCulture);
            if (wanted is null ? userId == Posix.UserId : fields[0] == wanted)
            {
                return new PostgresAccount(fields[0], userId, uint.Parse(fields[3], CultureInfo.InvariantCulture), wanted is not null);
            }
        }

        return wanted is null
            ? throw new EmbeddedPostgresException(
                $"The user id {Posix.UserId} has no name in /etc/passwd; PostgreSQL needs one. Run under a named account, or set ConnectionStrings__PacSpace to use a server of your own.")
            : throw new EmbeddedPostgresException(
                $"Running as root needs an account named {OtherAccount} for the PostgreSQL server process. Installing Debian's postgresql package creates it.");
    }

    /// <summary>The command line that runs a program under this account, keeping the process id.</summary>
    public IEnumerable<string> Command(string program, params IEnumerable<string> arguments) =>
        IsOther
            ? ["setpriv", $"--reuid={UserId}", $"--regid={GroupId}", "--init-groups", "--", program, .. arguments]
            : [program, .. arguments];

    public void Own(string path)
    {
        if (IsOther) Posix.ChangeOwner(path, UserId, GroupId);
    }
}
