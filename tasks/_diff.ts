// Shows what writing a file would change. The only file that imports diff.
// This module is pure: no Deno APIs, no I/O.
import { diffLines } from "diff";
import type { StaleArtifact } from "../infra/engine/files.ts";

/** The lines that go (`-`) and come (`+`), in order, without those that stay; of a secret, none. */
export function showDiff({ path, before, content, secret }: StaleArtifact): string {
  if (before === undefined) return `new   ${path}`;
  if (secret) return `write ${path} (private: not shown)`;
  const changes = diffLines(before, content).filter(({ added, removed }) => added || removed);
  const lines = changes.flatMap(({ added, value }) =>
    value.replace(/\n$/, "").split("\n").map((line) => `  ${added ? "+" : "-"} ${line}`)
  );
  return [`write ${path}`, ...lines].join("\n");
}
