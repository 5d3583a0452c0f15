#!/usr/bin/env bash
# Starts a Docker daemon where none answers, for tests on a machine without a service manager.
# Prints the pid of the daemon that it started, and nothing when one answered already; talk goes
# to stderr. Who started it ends it: kill <pid>.
set -euo pipefail

fail() { echo "dockerd.sh: $*" >&2; exit 1; }

docker info > /dev/null 2>&1 && exit 0
for program in docker dockerd; do
  command -v "$program" > /dev/null || fail "$program is not installed (Debian: apt install docker.io)"
done
[ "$(id -u)" = 0 ] || fail "no daemon answers, and only root can start one: run 'sudo dockerd'"

log=$(mktemp -d)/dockerd.log
# A session of its own: Ctrl-C at the tests must not end it under their containers.
setsid dockerd > "$log" 2>&1 < /dev/null &
pid=$!
deadline=$((SECONDS + 60))
until docker info > /dev/null 2>&1; do
  if ! kill -0 "$pid" 2> /dev/null; then
    tail -20 "$log" >&2
    fail "dockerd ended while it started; its log is $log"
  elif ((SECONDS >= deadline)); then
    tail -20 "$log" >&2
    kill "$pid"
    fail "dockerd (pid $pid) does not answer within 60 s; its log is $log"
  fi
  sleep 0.2
done
echo "dockerd runs: pid $pid, log $log" >&2
echo "$pid"
