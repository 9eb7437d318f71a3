using PacSpace.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresFixture))]
