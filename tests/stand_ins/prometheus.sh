#!/usr/bin/env bash
# The Prometheus of the official image, for its stand-in: the real one, built from its Go module, once
# per user, but without its pages. Prints the directory that has prometheus and promtool.
set -euo pipefail

version=3.5.0
# Prometheus' module has a version of its own: v0.305.0 is 3.5.0.
module=github.com/prometheus/prometheus

command -v go > /dev/null || { echo "prometheus.sh: go is not installed" >&2; exit 1; }
programs=${XDG_CACHE_HOME:-$HOME/.cache}/kafka-stack-tests/prometheus-$version
if [ ! -d "$programs" ]; then
  echo "Prometheus $version: building it, once" >&2
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  mkdir bin
  printf 'module build\n' > go.mod
  { go get -tool $module/cmd/prometheus@v0.305.0 $module/cmd/promtool@v0.305.0 \
    && CGO_ENABLED=0 go build -trimpath -o bin/ \
      -ldflags "-s -w -X github.com/prometheus/common/version.Version=$version" \
      $module/cmd/prometheus $module/cmd/promtool; } > log 2>&1 || { tail -20 log >&2; exit 1; }
  mkdir -p "${programs%/*}"
  mv bin "$programs"
fi
echo "$programs"
