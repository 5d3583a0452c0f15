// The jars that make a Kafka, by SHA-256, and where each lies in a Maven repository.
// This module is pure: no Deno APIs, no I/O.
import text from "./kafka-3.9.2.sha256" with { type: "text" };

/** Path in a Maven repository with SHA-256, from the format of `sha256sum`. */
function parse(content: string): { readonly path: string; readonly digest: string }[] {
  return content.trim().split("\n").map((line) => {
    const [digest, path] = line.split(/\s+/);
    return { path: path!, digest: digest! };
  });
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** SHA-256 by file name, from the format of `sha256sum`. */
export function parseManifest(content: string): ReadonlyMap<string, string> {
  return new Map(parse(content).map(({ path, digest }) => [nameOf(path), digest]));
}

/** Kafka 3.9.2 and all that it needs: 105 jars. */
export const MANIFEST = parseManifest(text);

/** The version that {@linkcode MANIFEST} is of. */
export const MANIFEST_VERSION = "3.9.2";

/** Where each jar of {@linkcode MANIFEST} lies in a Maven repository, by file name. */
export const REPOSITORY_PATHS: ReadonlyMap<string, string> = new Map(
  parse(text).map(({ path }) => [nameOf(path), path]),
);

/** Maven Central, which is what mirrors mirror. */
export const CENTRAL = "https://repo1.maven.org/maven2";

/**
 * The SHA-512 in a checksum file of Apache's: `name: AB12 CD34 …` over several lines, or
 * `sha512sum`'s format. `undefined` when there is none.
 */
export function parseSha512(content: string): string | undefined {
  const hex = content.replace(/^.*:/, "").replace(/\s+\S+\.tgz\s*$/, "").replace(/\s+/g, "");
  return /^[0-9a-f]{128}$/i.test(hex) ? hex.toLowerCase() : undefined;
}
