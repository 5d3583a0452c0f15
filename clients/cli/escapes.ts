// Escapes in the texts of flags: a shell passes '\t' as two characters.
// This module is pure: no Deno APIs, no I/O.
import { UsageError } from "./flags.ts";

/** What stands after a backslash, and what it means. */
export const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "0": "\0",
  "\\": "\\",
};

/**
 * Reads `\n`, `\t`, `\r`, `\0` and `\\` in the value of a flag.
 *
 * @param flag Its name, for the error.
 * @throws {UsageError} For a backslash that means nothing.
 */
export function readEscapes(flag: string, text: string): string {
  return text.replace(/\\(.?)/gsu, (whole, name: string) => {
    const meant = Object.hasOwn(ESCAPES, name) ? ESCAPES[name] : undefined;
    if (meant !== undefined) return meant;
    throw new UsageError(
      `${flag} does not know "${whole}"`,
      "It knows \\n \\t \\r \\0, and \\\\ for a backslash.",
    );
  });
}
