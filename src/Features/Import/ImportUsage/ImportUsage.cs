using MediatR;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Import;

/// <summary>Records a CSV file of usage through an installation's batch route, from wherever the file is.</summary>
/// <remarks>There is no caller: the request goes out over HTTP with a key, and the installation at the other end decides.</remarks>
/// <param name="File">Path of the CSV file: UTF-8, the first line names the columns.</param>
/// <param name="Url">The installation, such as <c>https://records.example.com</c>.</param>
/// <param name="Key">An API key, <c>pk_live_…</c> or <c>pk_test_…</c>.</param>
/// <param name="Customer">A column, or a template such as <c>cust_{row % 40}</c>.</param>
/// <param name="Delta">Arithmetic over columns, such as <c>-(ContextTokens + GeneratedTokens)</c>.</param>
/// <param name="Reason">A column, a template, or fixed words.</param>
/// <param name="Reference">As <paramref name="Customer"/>. Left out: digest of the file and number of the line, which no second
/// import of the file doubles. <c>none</c>: no reference is sent.</param>
/// <param name="Metadata">Columns that go with each record, as text.</param>
/// <param name="VendorAccountId">Required under billing middleware.</param>
/// <param name="Delimiter">Between fields; a comma when left out.</param>
/// <param name="State">Path of the state file; beside the input when left out.</param>
/// <param name="PatienceSeconds">How long an installation may give no answer but "later" before the import stops.</param>
public sealed record ImportUsage(
    string File, string Url, string Key, string Customer, string Delta, string Reason, string? Reference, IReadOnlyList<string> Metadata,
    string? VendorAccountId, string? Delimiter, string? State, int PatienceSeconds) : IOperatorRequest, IRequest<Outcome<UsageImported>>
{
    /// <summary>Told how far it has come.</summary>
    public IProgress<ImportProgress>? Progress { get; init; }
}

/// <summary>Where the import stands.</summary>
/// <param name="Rows">Rows of the file that are settled, those of earlier runs included.</param>
/// <param name="Recorded">Rows that became records.</param>
/// <param name="Replayed">Rows that were records already.</param>
/// <param name="Refused">Rows that did not become records; they are in <paramref name="RefusedFile"/> with line and reason.</param>
/// <param name="RefusedFile">Null when no row was refused.</param>
/// <param name="Stopped">Why the rest has to wait; null when the whole file is done. The same command goes on from here.</param>
public sealed record UsageImported(long Rows, long Recorded, long Replayed, long Refused, string? RefusedFile, string? Stopped);
