// Shows what writing a file would change.
// This module is pure: no Deno APIs, no I/O.
import type { StaleArtifact } from "../infra/engine/files.ts";

/** The lines that go (`-`) and come (`+`), in order, without those that stay. */
export function showDiff({ path, before, content }: StaleArtifact): string {
  if (before === undefined) return `new   ${path}`;
  const [old, now] = [before.split("\n"), content.split("\n")];
  return [
    `write ${path}`,
    ...old.filter((line) => !now.includes(line)).map((line) => `  - ${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `  + ${line}`),
  ].join("\n");
}
