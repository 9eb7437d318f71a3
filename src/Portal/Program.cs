using PacSpace.Features;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddPacSpace(builder.Configuration);
var app = builder.Build();
app.UsePacSpace();
app.UseRouting();
app.MapPacSpace();
await app.RunAsync();
