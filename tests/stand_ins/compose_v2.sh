#!/usr/bin/env bash
# Docker Compose v2 for the tests where only docker-compose v1 is installed, as on Debian 12. It is the
# real one, built from its Go module, once per user. Prints a directory to use as DOCKER_CONFIG, in
# which it is a plugin; nothing where `docker compose` works already.
set -euo pipefail

version=2.32.4

docker compose version > /dev/null 2>&1 && exit 0
command -v go > /dev/null || { echo "compose_v2.sh: go is not installed" >&2; exit 1; }
config=${XDG_CACHE_HOME:-$HOME/.cache}/kafka-stack-tests/compose-$version
plugin=$config/cli-plugins/docker-compose
if [ ! -x "$plugin" ]; then
  echo "Docker Compose $version: building it, once" >&2
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  module=github.com/docker/compose/v2
  printf 'module build\n' > go.mod
  { go get -tool "$module/cmd@v$version" && go build -trimpath -o docker-compose \
    -ldflags "-s -w -X $module/internal.Version=v$version" "$module/cmd"; } > log 2>&1 \
    || { tail -20 log >&2; exit 1; }
  mkdir -p "${plugin%/*}"
  mv docker-compose "$plugin"
fi
echo "$config"
