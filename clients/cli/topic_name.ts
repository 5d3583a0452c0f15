// Names of topics.
// This module is pure: no Deno APIs, no I/O.
import { UsageError } from "./flags.ts";

/**
 * Checks a topic's name as a broker does.
 *
 * @returns The name.
 * @throws {UsageError} When no broker would take it.
 */
export function checkTopicName(name: string): string {
  const legal = /^[a-zA-Z0-9._-]{1,249}$/.test(name) && name !== "." && name !== "..";
  if (legal) return name;
  throw new UsageError(
    name.trim() === "" ? "The topic is empty" : `"${name}" is not a topic name`,
    "A name is 1 to 249 letters, digits, dots, underscores and hyphens, not . or ..",
  );
}
