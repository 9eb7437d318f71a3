using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;

namespace PacSpace.Browser.Tests;

/// <summary>A connection to Chromium over the Chrome DevTools Protocol: commands with answers, and events for each attached page.</summary>
internal sealed class DevTools : IAsyncDisposable
{
    /// <summary>A command that takes longer hangs.</summary>
    private static readonly TimeSpan LongestCommand = TimeSpan.FromMinutes(1);

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _waiting = new();
    private readonly ConcurrentDictionary<string, Action<string, JsonElement>> _listeners = new();
    private Task _receiving = Task.CompletedTask;
    private int _lastId;

    public static async Task<DevTools> ConnectAsync(Uri address)
    {
        var connection = new DevTools();
        await connection._socket.ConnectAsync(address, CancellationToken.None);
        connection._receiving = connection.ReceiveAsync();
        return connection;
    }

    /// <summary>Who hears the events of a session: method and parameters, in their order, on the receiving loop.</summary>
    public void Listen(string sessionId, Action<string, JsonElement> listener) => _listeners[sessionId] = listener;

    public void Forget(string sessionId) => _listeners.TryRemove(sessionId, out _);

    /// <exception cref="InvalidOperationException">The browser refused the command, or went away.</exception>
    public async Task<JsonElement> SendAsync(string method, object? parameters = null, string? sessionId = null)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        var command = new Dictionary<string, object> { ["id"] = id, ["method"] = method, ["params"] = parameters ?? new { } };
        if (sessionId is not null) command["sessionId"] = sessionId;

        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(command), WebSocketMessageType.Text, endOfMessage: true, _stop.Token);
        }
        finally
        {
            _sending.Release();
        }

        var message = await answer.Task.WaitAsync(LongestCommand);
        return message.TryGetProperty("error", out var error)
            ? throw new InvalidOperationException($"{method}: {error}")
            : message.GetProperty("result");
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (true)
            {
                using var message = new MemoryStream();
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await _socket.ReceiveAsync(buffer.AsMemory(), _stop.Token);
                    message.Write(buffer, 0, part.Count);
                }
                while (!part.EndOfMessage);
                if (part.MessageType == WebSocketMessageType.Close) break;
                Take(JsonDocument.Parse(message.ToArray()).RootElement);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or WebSocketException)
        {
            // The browser was closed, by us or by itself; whoever waits is told below.
        }

        foreach (var answer in _waiting.Values) answer.TrySetException(new InvalidOperationException("The browser has gone."));
    }

    private void Take(JsonElement message)
    {
        if (message.TryGetProperty("id", out var id))
        {
            if (_waiting.TryRemove(id.GetInt32(), out var answer)) answer.TrySetResult(message);
        }
        else if (message.TryGetProperty("sessionId", out var session) && _listeners.TryGetValue(session.GetString()!, out var listener))
        {
            listener(message.GetProperty("method").GetString()!, message.GetProperty("params"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _receiving;
        _socket.Dispose();
        _sending.Dispose();
        _stop.Dispose();
    }
}
