using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PacSpace.Features.Log;

namespace PacSpace.Portal.Pages;

/// <summary>"Save verifier" (4.4): one file that checks offline, with the keys that the logs of this installation publish saved in it.</summary>
public sealed class SaveVerifierModel(IMediator sender) : PageModel
{
    private static readonly string[] s_environments = ["production", "sandbox"];

    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        var keys = "";
        foreach (var environment in s_environments)
        {
            if ((await sender.Send(new ReadVerifierKeys(environment), ct)).Accepted(out var read, out _)) keys += read.Text;
        }

        return File(SavedVerifier.With(keys), "text/html; charset=utf-8", SavedVerifier.FileName);
    }
}
