// The error for what a user can do something about.
// This module is pure: no Deno APIs, no I/O.

/** An error that a user can act on. `cli/main.ts` prints `message`, then `hint`. */
export class ClientError extends Error {
  override name = "ClientError";
  /** What to do about it. */
  readonly hint: string | undefined;
  /** 1 failed, 2 wrong use. */
  readonly exitCode: number;
  /** Kafka's name of the error, e.g. `UNKNOWN_TOPIC_OR_PARTITION`. */
  readonly type: string | undefined;

  constructor(
    message: string,
    options: { hint?: string; exitCode?: number; type?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? 1;
    this.type = options.type;
  }
}

/** A partition that the topic does not have, or no longer has: `type` of a {@linkcode ClientError}. */
export const MISSING_PARTITION = "MISSING_PARTITION";
