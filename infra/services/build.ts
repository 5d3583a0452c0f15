// How the client's image is built: the one image that is not pulled.
// This module is pure: no Deno APIs, no I/O.
import type { Stack } from "../spec/mod.ts";

/** How an image is built, in Compose's words. */
export interface Build {
  /** Absolute path. */
  readonly context: string;
  /** Relative to the context. */
  readonly dockerfile: string;
  readonly args: Readonly<Record<string, string>>;
}

/** How the client's image is built from the project in `root`. */
export function clientBuild(stack: Stack, root: string): Build {
  const { kafka, deno, java } = stack.docker.images;
  return {
    context: root,
    dockerfile: "infra/kafka_client/Dockerfile",
    args: { KAFKA_IMAGE: kafka, DENO_IMAGE: deno, JAVA_IMAGE: java },
  };
}
