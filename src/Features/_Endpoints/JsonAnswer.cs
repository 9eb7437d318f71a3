using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace PacSpace.Features.Endpoints;

/// <summary>Writes answers whole, with their length, from a buffer that goes round.</summary>
internal static class JsonAnswer
{
    public const string ContentType = "application/json";

    private static readonly JsonWriterOptions s_writerOptions = new() { Encoder = WireJson.Options.Encoder, SkipValidation = true };

    [ThreadStatic]
    private static Buffer? t_spare;

    /// <summary><c>{"success":true,"data":…}</c></summary>
    public static Task WriteAsync<T>(HttpContext http, int status, T data) => WriteAsync(http, status, data, WriteEnvelope);

    private static void WriteEnvelope<T>(Utf8JsonWriter json, T data)
    {
        json.WriteStartObject();
        json.WriteBoolean("success"u8, true);
        json.WritePropertyName("data"u8);
        JsonSerializer.Serialize(json, data, WireJson.Options);
        json.WriteEndObject();
    }

    /// <summary>The same bytes, to be kept for a replay.</summary>
    public static byte[] ToBytes<T>(T data)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, s_writerOptions)) WriteEnvelope(json, data);
        return bytes.ToArray();
    }

    public static async Task WriteAsync<TState>(HttpContext http, int status, TState state, Action<Utf8JsonWriter, TState> write)
    {
        // Taken from its thread while in use: the thread that comes back from the await may be another one.
        var buffer = t_spare ?? new Buffer();
        t_spare = null;
        try
        {
            write(buffer.Json, state);
            buffer.Json.Flush();
            await WriteAsync(http, status, buffer.Bytes.WrittenMemory);
        }
        finally
        {
            buffer.Reset();
            t_spare = buffer;
        }
    }

    public static Task WriteAsync(HttpContext http, int status, ReadOnlyMemory<byte> json)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = ContentType;
        response.ContentLength = json.Length;
        var written = response.BodyWriter.WriteAsync(json, http.RequestAborted);
        return written.IsCompletedSuccessfully ? Task.CompletedTask : written.AsTask();
    }

    private sealed class Buffer
    {
        private const int InitialBytes = 4 * 1024;
        private const int KeptBytes = 256 * 1024;

        public Buffer()
        {
            Bytes = new ArrayBufferWriter<byte>(InitialBytes);
            Json = new Utf8JsonWriter(Bytes, s_writerOptions);
        }

        public ArrayBufferWriter<byte> Bytes { get; private set; }

        public Utf8JsonWriter Json { get; private set; }

        public void Reset()
        {
            if (Bytes.Capacity > KeptBytes) Bytes = new ArrayBufferWriter<byte>(InitialBytes);
            else Bytes.ResetWrittenCount();
            Json.Reset(Bytes);
        }
    }
}
