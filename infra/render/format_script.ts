// format.sh: a container whose service has storage to format does so before it runs its program, also
// where the compose file is used by hand.
// This module is pure: no Deno APIs, no I/O.
import {
  type Artifact,
  commandOf,
  GENERATED,
  IMAGE_PLACES,
  type Service,
} from "../services/mod.ts";
import { shellWord } from "./shell.ts";

/** The command of a container, by way of its script where it has one. */
export function formatFirst(service: Service, command: readonly string[]): readonly string[] {
  return service.format
    ? ["bash", `${service.container!.mount}/${path(service)}`, ...command]
    : command;
}

/**
 * The script. It is no part of the service's fingerprint: what is formatted is not formatted again.
 */
export function formatScript(service: Service): Artifact[] {
  const { format, container } = service;
  if (!format) return [];
  const command = commandOf(format.program, IMAGE_PLACES).map(shellWord).join(" ");
  return [{
    path: path(service),
    content: [
      "#!/usr/bin/env bash",
      GENERATED,
      `if [ ! -e ${shellWord(`${container!.mount}/${format.done}`)} ]; then`,
      `  ${command} || exit`,
      "fi",
      'exec "$@"',
      "",
    ].join("\n"),
    mode: 0o755,
  }];
}

function path({ directories }: Service): string {
  return `${directories.config}/format.sh`;
}
