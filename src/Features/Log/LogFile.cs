using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace PacSpace.Features.Log;

/// <summary>Answers one of the log's plain files: its headers, <c>HEAD</c>, <c>If-None-Match</c>, gzip when asked.</summary>
internal static class LogFile
{
    public const string Text = "text/plain; charset=utf-8";
    public const string Bytes = "application/octet-stream";

    /// <summary>For files whose name says what they hold for ever.</summary>
    public const string Immutable = "public, max-age=31536000, immutable";

    public static async Task WriteAsync(HttpContext http, ReadOnlyMemory<byte> content, string contentType, string cacheControl, bool mayCompress = false)
    {
        var response = http.Response;
        var compress = mayCompress && AcceptsGzip(http.Request);
        var tag = TagOf(content.Span, compress);
        response.Headers.ETag = tag;
        response.Headers.CacheControl = cacheControl;
        if (mayCompress) response.Headers.Vary = "Accept-Encoding";
        if (http.Request.Headers.IfNoneMatch.ToString() is { Length: > 0 } known && (known == "*" || known.Split(',').Any(t => Weak(t) == tag)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = contentType;
        if (compress)
        {
            response.Headers.ContentEncoding = "gzip";
            content = Compress(content.Span);
        }

        response.ContentLength = content.Length;
        if (!HttpMethods.IsHead(http.Request.Method)) await response.Body.WriteAsync(content, http.RequestAborted);
    }

    /// <summary>The environment in the path, when the path is exactly <c>/log/{environment}/{file}</c>; else a name that is
    /// none. Routing is more generous (capitals, a slash at the end, escapes) than the name of a file may be.</summary>
    public static string EnvironmentOf(HttpContext http, string file)
    {
        var environment = RouteValue(http, "environment");
        return http.Request.Path.Value == $"/log/{environment}/{file}" ? environment : "";
    }

    /// <summary>A part of the path as it was sent.</summary>
    public static string RouteValue(HttpContext http, string name) => http.Request.RouteValues[name] as string ?? "";

    /// <summary>From the content, so that each node says the same.</summary>
    public static string TagOf(ReadOnlySpan<byte> content, bool isCompressed = false) =>
        $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16))}{(isCompressed ? "-gzip" : "")}\"";

    private static string Weak(string tag)
    {
        tag = tag.Trim();
        return tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;
    }

    private static bool AcceptsGzip(HttpRequest request) => request.GetTypedHeaders().AcceptEncoding
        .Any(encoding => encoding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && encoding.Quality is not 0);

    private static byte[] Compress(ReadOnlySpan<byte> content)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(content);
        return bytes.ToArray();
    }
}
