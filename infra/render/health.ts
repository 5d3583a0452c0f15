// Health checks of containers: bash alone, for the image has no curl, and a JVM started for
// each look would cost half a second of processor time.
// This module is pure: no Deno APIs, no I/O.
import { type Artifact, GENERATED } from "./artifact.ts";
import type { Jvm } from "./process.ts";

/** Where a service's health check is, relative to the stack's directory. */
export function healthCheckPath({ directories }: Jvm): string {
  return `${directories.config}/healthcheck.sh`;
}

/** The script that a service's container runs: exit code 0 means healthy. */
export function renderHealthCheck(process: Jvm): Artifact {
  const script = process.kind === "zookeeper" ? zookeeper(process) : broker(process);
  return {
    path: healthCheckPath(process),
    content: ["#!/usr/bin/env bash", GENERATED, ...script, ""].join("\n"),
    mode: 0o755,
  };
}

function zookeeper({ inside }: Jvm): string[] {
  return [
    "# Healthy: it has a role in the quorum.",
    `exec 3<> /dev/tcp/127.0.0.1/${inside.port} || exit 1`,
    "printf srvr >&3",
    "while read -r line; do",
    '  case $line in "Mode: "*) exit 0 ;; esac',
    "done <&3",
    "exit 1",
  ];
}

function broker({ inside }: Jvm): string[] {
  return [
    "# Healthy: it answers, and counts itself among the brokers that are registered.",
    `exec 3<> /dev/tcp/127.0.0.1/${inside.port} || exit 1`,
    "# Metadata request, version 1, of no topics: its answer holds each broker's host.",
    String.raw`printf '\0\0\0\016\0\3\0\1\0\0\0\0\377\377\0\0\0\0' >&3`,
    "size=$((0x$(dd bs=1 count=4 <&3 2> /dev/null | od -An -tx1 | tr -d ' \\n')))",
    `dd bs=1 count="$size" <&3 2> /dev/null | grep -qa ${inside.host}`,
  ];
}
