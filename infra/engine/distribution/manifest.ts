// The jars that Maven must deliver, by SHA-256.
// This module is pure: no Deno APIs, no I/O.
import text from "./kafka-3.9.2.sha256" with { type: "text" };

/** SHA-256 by file name, from the format of `sha256sum`. */
export function parseManifest(content: string): ReadonlyMap<string, string> {
  return new Map(
    content.trim().split("\n").map((line): [string, string] => {
      const [digest, name] = line.split(/\s+/);
      return [name!, digest!];
    }),
  );
}

/** Kafka 3.9.2 and all that it needs: 105 jars. */
export const MANIFEST = parseManifest(text);

/**
 * The SHA-512 in a checksum file of Apache's: `name: AB12 CD34 …` over several lines, or
 * `sha512sum`'s format. `undefined` when there is none.
 */
export function parseSha512(content: string): string | undefined {
  const hex = content.replace(/^.*:/, "").replace(/\s+\S+\.tgz\s*$/, "").replace(/\s+/g, "");
  return /^[0-9a-f]{128}$/i.test(hex) ? hex.toLowerCase() : undefined;
}
