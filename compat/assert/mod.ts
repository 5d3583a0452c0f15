// Stands in for jsr:@std/assert where JSR is out of reach: the few functions
// that the tests use. Tests assert on values, never on the text of a message here.
import { isDeepStrictEqual } from "node:util";

/** Thrown by every function of this module. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

function show(value: unknown): string {
  return typeof value === "string" ? value : Deno.inspect(value, { depth: 8, sorted: true });
}

/** Makes an assertion that `expr` is truthy. */
export function assert(expr: unknown, msg = "expected a truthy value"): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** Makes an assertion that both are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string) {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new AssertionError(
    `${msg ?? "values differ"}\n--- actual\n${show(actual)}\n--- expected\n${show(expected)}`,
  );
}

/** Makes an assertion that both are the same value. */
export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string) {
  if (Object.is(actual, expected)) return;
  throw new AssertionError(`${msg ?? "not the same"}: ${show(actual)} is not ${show(expected)}`);
}

/** Makes an assertion that the two are not deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string) {
  if (!isDeepStrictEqual(actual, expected)) return;
  throw new AssertionError(`${msg ?? "values are equal"}: ${show(actual)}`);
}

/** Makes an assertion that `actual` holds the text `expected`. */
export function assertStringIncludes(actual: string, expected: string, msg?: string) {
  if (actual.includes(expected)) return;
  throw new AssertionError(`${msg ?? "text not found"}: ${show(expected)} in\n${actual}`);
}

/** Makes an assertion that `actual` matches `expected`. */
export function assertMatch(actual: string, expected: RegExp, msg?: string) {
  if (expected.test(actual)) return;
  throw new AssertionError(`${msg ?? "no match"}: ${expected} in\n${actual}`);
}

type ErrorClass<E extends Error> = new (...args: never[]) => E;

function checkError<E extends Error>(error: unknown, type?: ErrorClass<E>, text?: string): E {
  if (!(error instanceof (type ?? Error))) {
    throw new AssertionError(`expected ${type?.name ?? "Error"}, got ${show(error)}`);
  }
  if (text !== undefined) assertStringIncludes((error as Error).message, text);
  return error as E;
}

/** Makes an assertion that `fn` throws, and returns the error. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  type?: ErrorClass<E>,
  text?: string,
): E {
  try {
    fn();
  } catch (error) {
    return checkError(error, type, text);
  }
  throw new AssertionError("expected it to throw");
}

/** Makes an assertion that the promise of `fn` is rejected, and resolves to the error. */
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  type?: ErrorClass<E>,
  text?: string,
): Promise<E> {
  try {
    await fn();
  } catch (error) {
    return checkError(error, type, text);
  }
  throw new AssertionError("expected a rejection");
}
