// The door to the YAML library.
// This module is pure: no Deno APIs, no I/O.
import { stringify } from "@std/yaml";

/**
 * YAML text of plain data, lines not folded, each value where it is used (no anchors).
 *
 * @param options `flowLevel`: what is nested so deep is written in one line, `[a, b]`.
 */
export function toYaml(data: unknown, options: { readonly flowLevel?: number } = {}): string {
  return stringify(data, { lineWidth: -1, useAnchors: false, ...options });
}
