using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace PacSpace.Features.Endpoints;

/// <summary>A request's body, whole, in a rented buffer.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstBytes = 4 * 1024;

    private byte[] _rented;
    private int _length;

    private RequestBody(byte[] rented) => _rented = rented;

    public ReadOnlyMemory<byte> Bytes => _rented.AsMemory(0, _length);

    /// <returns>Null when it is larger than it may be; the rest is not read.</returns>
    public static async ValueTask<RequestBody?> ReadAsync(HttpContext http, int maxBytes)
    {
        var announced = http.Request.ContentLength;
        if (announced > maxBytes) return null;

        // What was announced is believed up to a point: memory is given for bytes that came.
        var body = new RequestBody(ArrayPool<byte>.Shared.Rent((int)Math.Clamp(announced ?? FirstBytes, 1, 64 * 1024)));
        try
        {
            while (true)
            {
                var result = await http.Request.BodyReader.ReadAsync(http.RequestAborted);
                var isWithin = body.TryAppend(result.Buffer, maxBytes);
                http.Request.BodyReader.AdvanceTo(result.Buffer.End);
                if (!isWithin)
                {
                    body.Dispose();
                    return null;
                }

                if (result.IsCompleted) return body;
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_rented);
        (_rented, _length) = ([], 0);
    }

    private bool TryAppend(ReadOnlySequence<byte> more, int maxBytes)
    {
        if (more.Length > maxBytes - _length) return false;
        var needed = _length + (int)more.Length;
        if (needed > _rented.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _rented.Length * 2));
            _rented.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_rented);
            _rented = larger;
        }

        more.CopyTo(_rented.AsSpan(_length));
        _length = needed;
        return true;
    }
}
