# syntax=docker/dockerfile:1
# The program `saual` with nothing beside it: it takes a PostgreSQL by DATABASE_URL.

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --locked --release -p saual \
    && install -D -m 755 target/release/saual /out/saual

FROM debian:bookworm-slim
# The relay's certificate is checked against the system's authorities.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10326 --home-dir /var/lib/saual --shell /usr/sbin/nologin saual \
    && install -d -m 700 -o saual -g saual /var/lib/saual
COPY --from=build /out/saual /usr/local/bin/saual
USER saual
WORKDIR /var/lib/saual
ENV SAUAL_DATA=/var/lib/saual \
    SAUAL_LISTEN=0.0.0.0:8080
VOLUME /var/lib/saual
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["saual"]
CMD ["serve"]
