// What a renderer returns, and the two formats that the files are written in.
// This module is pure: no Deno APIs, no I/O.
import type { Properties } from "../spec/mod.ts";

/** One generated file. Writing it is the engine's job. */
export interface Artifact {
  /** Relative to the stack's directory. */
  readonly path: string;
  readonly content: string;
  /** File mode; default 0o644. */
  readonly mode?: number;
  /** It holds a key or a password: its mode is 0o600, and what is in it is never shown. */
  readonly secret?: true;
}

/** Line 1 of every generated file that may have a comment. */
export const GENERATED =
  "# Generated from infra/stack.ts by `deno task up` and `deno task render`: edits here are lost.";

/**
 * Writes a Java `.properties` file: sections in the order given, later values
 * replace earlier ones in place, what is new follows at the end.
 */
export function propertiesFile(own: Properties, overrides: Properties = {}): string {
  const lines = Object.entries({ ...own, ...overrides }).map(([key, value]) =>
    `${key}=${escapeProperty(String(value))}`
  );
  return [GENERATED, ...lines, ""].join("\n");
}

/** Escapes a value as `java.util.Properties` reads it: Latin-1, with `\` as escape. */
function escapeProperty(value: string): string {
  return value.replaceAll("\\", "\\\\").replace(/^ /, "\\ ").replace(
    /[^\x20-\x7e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The absolute `path` as a `file:` URL. */
export function fileUrl(path: string): string {
  return `file://${path.split("/").map(encodeURIComponent).join("/")}`;
}
