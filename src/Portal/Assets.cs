using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace PacSpace.Portal;

/// <summary>The files of <c>wwwroot</c>, carried in the program and served from memory. Their addresses hold a hash of their
/// content, so browsers may keep them for a year.</summary>
internal static class Assets
{
    private const string Prefix = "wwwroot/";
    private const string Folder = "/assets/";
    private const int HashCharacters = 12;

    private static readonly FrozenDictionary<string, byte[]> s_files = Read();
    private static readonly FrozenDictionary<string, Asset> s_byName = Load();
    private static readonly FrozenDictionary<string, Asset> s_byPath = s_byName.Values.ToFrozenDictionary(asset => asset.Path, StringComparer.Ordinal);

    /// <param name="name">As the file is called.</param>
    public static string PathOf(string name) => s_byName[name].Path;

    /// <summary>A text of <c>wwwroot</c> as it is served; a module names its imports as the files are called.</summary>
    public static string TextOf(string name)
    {
        var text = Encoding.UTF8.GetString(s_files[name]);
        return Modules.IsOurs(name) ? Modules.Dense(text) : text;
    }

    public static void MapAssets(this IEndpointRouteBuilder routes) => routes.MapMethods(Folder + "{file}", [HttpMethods.Get, HttpMethods.Head], async http =>
    {
        if (!s_byPath.TryGetValue(http.Request.Path.Value!, out var asset))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var isSmall = http.Request.GetTypedHeaders().AcceptEncoding.Any(coding => coding.Value == "gzip" && coding.Quality is not 0);
        var bytes = isSmall ? asset.Compressed : asset.Bytes;
        if (isSmall) http.Response.Headers[HeaderNames.ContentEncoding] = "gzip";
        http.Response.Headers[HeaderNames.Vary] = HeaderNames.AcceptEncoding;
        http.Response.ContentType = asset.ContentType;
        http.Response.ContentLength = bytes.Length;
        http.Response.Headers[HeaderNames.CacheControl] = "public, max-age=31536000, immutable";
        if (!HttpMethods.IsHead(http.Request.Method)) await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    });

    private static FrozenDictionary<string, byte[]> Read()
    {
        var assembly = typeof(Assets).Assembly;
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).ToFrozenDictionary(name => name[Prefix.Length..], name =>
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        });
    }

    /// <remarks>A module's bytes hold the addresses of what it imports, and so their hashes: what is imported comes first.</remarks>
    private static FrozenDictionary<string, Asset> Load()
    {
        var loaded = new Dictionary<string, Asset>(StringComparer.Ordinal);
        foreach (var name in s_files.Keys) AssetOf(name);
        return loaded.ToFrozenDictionary(StringComparer.Ordinal);

        Asset AssetOf(string name)
        {
            if (loaded.TryGetValue(name, out var asset)) return asset;
            var bytes = Modules.IsOurs(name)
                ? Encoding.UTF8.GetBytes(Modules.Linked(TextOf(name), import => AssetOf(import).Path[Folder.Length..]))
                : s_files[name];
            return loaded[name] = Asset.Of(name, bytes);
        }
    }

    private sealed record Asset(string Path, string ContentType, byte[] Bytes)
    {
        /// <summary>Made once, at start, as small as it gets.</summary>
        public byte[] Compressed { get; } = Compress(Bytes);

        private static byte[] Compress(byte[] bytes)
        {
            using var compressed = new MemoryStream();
            using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize)) gzip.Write(bytes);
            return compressed.ToArray();
        }

        public static Asset Of(string name, byte[] bytes)
        {
            var extension = System.IO.Path.GetExtension(name);
            var hash = Convert.ToHexStringLower(SHA256.HashData(bytes))[..HashCharacters];
            return new Asset($"{Folder}{System.IO.Path.GetFileNameWithoutExtension(name)}.{hash}{extension}", TypeOf(extension), bytes);
        }

        private static string TypeOf(string extension) => extension switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => throw new InvalidOperationException($"No content type is known for {extension} files."),
        };
    }
}
