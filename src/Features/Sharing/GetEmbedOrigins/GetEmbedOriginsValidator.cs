using PacSpace.Features.Pipeline;

namespace PacSpace.Features.Sharing;

internal sealed class GetEmbedOriginsValidator : RequestValidator<GetEmbedOrigins>;
