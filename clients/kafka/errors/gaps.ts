// What brokers did not tell: an answer that lacks something says what, and why.
// This module is pure: no Deno APIs, no I/O.
import { describeFailure } from "./explain.ts";
import { isFault, isTransient, rootCause } from "./causes.ts";

/** Something of a cluster that is not known. */
export interface Gap {
  /** `the committed offsets of group readers`, `the offsets of orders-3`. */
  readonly what: string;
  /** `it has no leader`, `broker b:9092 does not answer (connection refused)`. */
  readonly why: string;
  /** Whether the same question may be answered a moment later. */
  readonly passing: boolean;
}

/** What was found, and what is not known. */
export interface WithGaps {
  readonly gaps: readonly Gap[];
}

/**
 * The gap that an error leaves.
 *
 * @throws The error, where it is a fault of ours.
 */
export function gapOf(what: string, error: unknown): Gap {
  if (isFault(error)) throw error;
  const { type } = rootCause(error);
  const why = describeFailure(error);
  return { what, why: type ? `${why} (${type})` : why, passing: isTransient(error) };
}

/** `the offsets of orders-3 are not known: it has no leader`. */
export function gapText({ what, why }: Gap): string {
  return `${what} are not known: ${why}`;
}

/** All of them in one line: the first, and how many more. */
export function gapsText(gaps: readonly Gap[]): string {
  const [first, ...more] = gaps.map(gapText);
  return first + (more.length > 0 ? `; and ${more.length} more` : "");
}
