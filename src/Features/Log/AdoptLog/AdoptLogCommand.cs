using MediatR;
using PacSpace.Features.Commands;

namespace PacSpace.Features.Log;

/// <summary>pacspace log adopt</summary>
internal sealed class AdoptLogCommand(IMediator sender) : OperatorCommand
{
    public override void Configure()
    {
        Named("log adopt");
        Summary("Makes the database's tree head the log's last word, when its mark is lost or says otherwise. Says what that means; does it with --yes.");
        Option("environment", "ENVIRONMENT", "production or sandbox", isRequired: true);
        Flag("yes", "do it");
    }

    public override async Task<int> RunAsync(CommandInput input, CommandOutput output, CancellationToken ct)
    {
        var environment = input.Text("environment")!;
        var outcome = await sender.Send(new AdoptLog(environment, input.Has("yes")), ct);
        var code = output.Show(outcome, log => Explain(log, environment, output));
        return code == ExitCode.Done && outcome.Accepted(out var adopted, out _) && adopted is { Difference: not null, IsAdopted: false } ? ExitCode.Refused : code;
    }

    private static void Explain(LogAdopted log, string environment, CommandOutput output)
    {
        Action<string> write = output.Answers.WriteLine;
        if (log.Difference is null)
        {
            write($"Mark and database of {environment} agree at size {log.DatabaseSize}. There is nothing to decide.");
            return;
        }

        write($"Mark and database of {environment} differ: {log.Difference}.");
        write($"Adopting makes the database's tree head of size {log.DatabaseSize} the last that counts.");
        if (log.MarkSize > log.DatabaseSize)
        {
            write($"Tree heads up to size {log.MarkSize} were signed and may have been shown. The log will grow another way from size {log.DatabaseSize}:");
            write("whoever holds one of them can show two histories, and receipts issued under them will not verify against the log any more.");
            write("If the right database can still be brought back, bring it back instead; sealing then goes on by itself.");
        }
        else if (log.MarkSize is null)
        {
            write("Without the mark nobody can tell whether the database is the newest. If it was restored from a copy, tree heads that were");
            write("signed since may have been shown, and the log would grow another way. If the mark can be brought back, bring it back instead.");
        }

        write(log.IsAdopted ? "Adopted. Sealing goes on within a second of the server's next look." : "Nothing was changed. To do it: --yes");
    }
}
