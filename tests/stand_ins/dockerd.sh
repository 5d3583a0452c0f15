#!/usr/bin/env bash
# The Docker daemon of the tests, on a machine without a service manager.
#   dockerd.sh start   starts one where none answers; who started it stops it
#   dockerd.sh stop    ends the one that it started, and no other, and waits until it is gone
#   dockerd.sh owns    succeeds where the one that it started runs
set -euo pipefail

fail() { echo "dockerd.sh: $*" >&2; exit 1; }

state=${XDG_CACHE_HOME:-$HOME/.cache}/kafka-stack-tests
pid_file=$state/dockerd.pid
log=$state/dockerd.log

start() {
  docker info > /dev/null 2>&1 && return
  for program in docker dockerd; do
    command -v "$program" > /dev/null || fail "$program is not installed (Debian: apt install docker.io)"
  done
  [ "$(id -u)" = 0 ] || fail "no daemon answers, and only root can start one: run 'sudo dockerd'"

  mkdir -p "$state"
  # A session of its own: Ctrl-C at the tests must not end it under their containers.
  setsid dockerd > "$log" 2>&1 < /dev/null &
  pid=$!
  echo "$pid" > "$pid_file"
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
}

owns() {
  pid=$(cat "$pid_file" 2> /dev/null) || return 1
  # The number may have become another process's.
  [ "$(cat "/proc/$pid/comm" 2> /dev/null)" = dockerd ]
}

stop() {
  owns || return 0
  kill "$pid"
  for _ in $(seq 300); do
    kill -0 "$pid" 2> /dev/null || return 0
    sleep 0.2
  done
  fail "dockerd (pid $pid) did not end within 60 s"
}

case ${1-} in
  start | stop | owns) "$1" ;;
  *) fail "usage: dockerd.sh start|stop|owns" ;;
esac
