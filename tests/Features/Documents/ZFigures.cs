using System.Diagnostics;
using System.IO.Pipelines;
using Npgsql;
using PacSpace.Features.Documents;
using PacSpace.Testing;
using Xunit;
using static PacSpace.Features.Tests.Documents.DocumentScenario;

namespace PacSpace.Features.Tests.Documents;

public sealed class ZFigures(PostgresFixture postgres, ITestOutputHelper output) : IAsyncLifetime
{
    private ClosingScenario _it = null!;

    public async ValueTask InitializeAsync() => _it = await ClosingScenario.StartAsync(postgres);

    public ValueTask DisposeAsync() => _it.DisposeAsync();

    [Fact]
    public async Task Figures()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("ROWS") ?? "1000000");
        await _it.EmitAsync("cust_a", -1);
        await _it.SealedAsync();
        _it.IsSealingPaused = true;
        await _it.Host.ExecuteAsync(
            "INSERT INTO records (ledger_index, seq, accepted_at, ledger_no, customer_no, delta, balance_after, salt, leaf, prev, reason, unit, reference_id) " +
            "SELECT i, i + 1, '2026-03-15 12:00:01Z'::timestamptz + i * interval '1.1 ms', r.ledger_no, r.customer_no, -(i % 9973) - (i % 100) * 0.01, -i, r.salt, sha256(i::text::bytea), r.leaf, " +
            "(ARRAY['tokens','gpu_hours','Model inference, batch 17, eu-central','image_generation'])[1 + i % 4], 'credits', 'job_' || i FROM records r, generate_series(1, $1) i", count - 1);
        await _it.Host.ExecuteAsync("INSERT INTO blocks SELECT b.ledger_no, 1 + g * 4096, 4096, b.environment, sha256(g::text::bytea), g, g, now(), now() FROM blocks b, generate_series(0, $1 / 4096) g", count);
        await _it.Host.ExecuteAsync("UPDATE ledger_seals SET sealed_index = $1", (long)count);
        await _it.Host.ExecuteAsync("UPDATE ledger_heads SET next_index = $1", (long)count);
        await _it.Host.ExecuteAsync("ANALYZE");
        await _it.Host.ExecuteAsync("CHECKPOINT");
        var caller = CallerOf(_it.Tenant);
        if (Environment.GetEnvironmentVariable("PDF") is { } path)
        {
            var t = Stopwatch.GetTimestamp();
            var pdf = (await FileAsync(_it.Host, new ExportRecord(caller, "cust_a", null, "pdf", "2026-03", null, Visit: null))).Bytes;
            output.WriteLine($"pdf {count}: {Stopwatch.GetElapsedTime(t).TotalSeconds:0.0} s, {pdf.Length} bytes, we {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB");
            await File.WriteAllBytesAsync(path, pdf);
            return;
        }

        for (var round = 0; round < 4; round++)
        {
            var t = Stopwatch.GetTimestamp();
            long bytes = 0;
            await using (var connection = await _it.Host.Database.Source.OpenConnectionAsync())
            using (var reader = await connection.BeginTextExportAsync("COPY (SELECT ledger_index, seq, accepted_at, abs(delta), unit, delta, reason, reference_id, leaf FROM records WHERE customer_no = 1 ORDER BY seq) TO STDOUT (FORMAT CSV, FORCE_QUOTE (reason, reference_id, unit))"))
            {
                var buffer = new char[1 << 16];
                for (int n; (n = await reader.ReadAsync(buffer)) > 0;) bytes += n;
            }

            output.WriteLine($"COPY  {Stopwatch.GetElapsedTime(t).TotalSeconds:0.00} s {bytes >> 20} MB");
            foreach (var format in new[] { "csv", "json" })
            {
                Assert.True((await AskAsync(_it.Host, new ExportRecord(caller, "cust_a", null, format, "2026-03", null, Visit: null))).Accepted(out var file, out _));
                t = Stopwatch.GetTimestamp();
                var before = GC.GetTotalAllocatedBytes();
                var sink = new Counting();
                var pipe = PipeWriter.Create(sink, new StreamPipeWriterOptions(minimumBufferSize: 1 << 16));
                await file.WriteAsync(pipe, CancellationToken.None);
                await pipe.CompleteAsync();
                output.WriteLine($"{format}  {Stopwatch.GetElapsedTime(t).TotalSeconds:0.00} s {sink.Count >> 20} MB; allocated {(GC.GetTotalAllocatedBytes() - before) >> 20} MB, heap {GC.GetTotalMemory(false) >> 20} MB");
            }
        }
    }

    private sealed class Counting : Stream
    {
        public long Count;
        public override void Write(byte[] buffer, int offset, int count) => Count += count;
        public override void Write(ReadOnlySpan<byte> buffer) => Count += buffer.Length;
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) { Count += buffer.Length; return default; }
        public override bool CanRead => false; public override bool CanSeek => false; public override bool CanWrite => true; public override long Length => 0; public override long Position { get => 0; set { } }
        public override void Flush() { } public override int Read(byte[] b, int o, int c) => 0; public override long Seek(long o, SeekOrigin s) => 0; public override void SetLength(long v) { }
    }
}
