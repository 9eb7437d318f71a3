# The server alone. PostgreSQL is another container (compose.yaml) or another machine; with ConnectionStrings__PacSpace
# set the program starts none of its own.

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# What restoring needs comes first, so that a change of code alone restores nothing.
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src/Evidence/PacSpace.Evidence.csproj src/Evidence/packages.lock.json src/Evidence/
COPY src/Infrastructure/PacSpace.Infrastructure.csproj src/Infrastructure/packages.lock.json src/Infrastructure/
COPY src/Features/PacSpace.Features.csproj src/Features/packages.lock.json src/Features/
COPY src/Portal/PacSpace.Portal.csproj src/Portal/packages.lock.json src/Portal/
RUN dotnet restore src/Portal/PacSpace.Portal.csproj --locked-mode

COPY src src
RUN dotnet publish src/Portal/PacSpace.Portal.csproj -c Release --no-restore -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0

# What PDFs are made with. The names are the same in Debian and Ubuntu, whichever the image is made of.
RUN apt-get update -q \
  && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
    weasyprint fonts-inter fonts-dejavu-core fonts-noto-core fonts-droid-fallback fonts-symbola \
  && rm -rf /var/lib/apt/lists/*

COPY --from=build /app /app

# Keys and the sealer's mark: the one thing that is not in the database. Nodes of one installation share this volume.
RUN install -d -m 0700 -o $APP_UID -g $APP_UID /var/lib/pacspace
VOLUME /var/lib/pacspace

USER $APP_UID
ENV ASPNETCORE_HTTP_PORTS=8080
EXPOSE 8080

# The image has no curl; bash can speak enough HTTP.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["/bin/bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /healthz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]

# SIGTERM is what the program understands: it answers what it has accepted, then ends.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/app/pacspace"]
CMD ["serve", "--data", "/var/lib/pacspace"]
