// This module is pure: no Deno APIs, no I/O.
import type { Problem } from "./types.ts";

/** Something failed that a user can do something about. */
export class Failure extends Error {
  override name = "Failure";
  /** What to do. */
  readonly hint: string | undefined;
  /** 1 failed, 2 wrong use, 3 not running or not healthy. */
  readonly exitCode: 1 | 2 | 3;

  constructor(
    message: string,
    options: { hint?: string; exitCode?: 1 | 2 | 3; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? 1;
  }
}

/** The spec has problems; all of them are in the message. */
export class InvalidSpec extends Failure {
  override name = "InvalidSpec";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const lines = problems.map(({ path, reason }) => `  ${path}: ${reason}`);
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`The stack's description has ${count}\n${lines.join("\n")}`, {
      hint: "Correct infra/stack.ts, or the flags that were given.",
      exitCode: 2,
    });
    this.problems = problems;
  }
}
