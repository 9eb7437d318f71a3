using FluentValidation;
using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

internal sealed class UpdateEmbedOriginsValidator : RequestValidator<UpdateEmbedOrigins>
{
    public UpdateEmbedOriginsValidator()
    {
        RuleFor(r => r.Origins).Must(origins => origins.Count <= EmbedOrigin.MaxCount).WithMessage($"must be at most {EmbedOrigin.MaxCount}");
        RuleForEach(r => r.Origins).Must(EmbedOrigin.IsOne)
            .WithMessage("must be an origin as browsers write it, such as https://billing.example.com, without wildcard or path");
    }
}
