# Daylight in a container: a static binary, and the git that fetches and pushes.
#
#   docker build -t daylight .
#   docker run --rm -u "$(id -u):$(id -g)" -v "$PWD:/repository" daylight build
FROM golang:1.26-alpine AS build
RUN apk add --no-cache git
WORKDIR /source
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /daylight ./cmd/daylight

FROM alpine:3.22
# Pushing and fetching, for `daylight record`, needs git, ssh and certificates.
RUN apk add --no-cache ca-certificates git openssh-client \
 # The repository belongs to whoever runs the container.
 && git config --system --add safe.directory '*' \
 && adduser -D -u 10001 daylight
COPY --from=build /daylight /usr/local/bin/daylight
# A folder that every user may write: what was learned from git is kept in it.
ENV XDG_CACHE_HOME=/tmp/cache
WORKDIR /repository
USER daylight
ENTRYPOINT ["daylight"]
CMD ["build"]
