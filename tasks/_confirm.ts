// Asks before something is destroyed.
import { UsageError } from "../clients/cli/flags.ts";

/**
 * Asks a yes-or-no question in a terminal.
 *
 * @param yes `--yes` was given: not asked.
 * @throws {UsageError} Without a terminal there is nobody to ask.
 */
export function confirm(question: string, yes: boolean): boolean {
  if (yes) return true;
  if (!Deno.stdin.isTerminal()) {
    throw new UsageError(`${question} There is no terminal to ask in`, "Pass --yes to do it.");
  }
  return globalThis.confirm(question);
}
