// The jars that make a Kafka, by SHA-256, and where each lies in a Maven repository.
// This module is pure: no Deno APIs, no I/O.
import v3_9_2 from "./kafka-3.9.2.sha256" with { type: "text" };
import v4_3_1 from "./kafka-4.3.1.sha256" with { type: "text" };
import v4_4_0 from "./kafka-4.4.0.sha256" with { type: "text" };

/** A jar as it must be. */
export interface Jar {
  /** Its path in a Maven repository. */
  readonly path: string;
  /** SHA-256. */
  readonly digest: string;
}

/** The jars by their file names. */
export type Manifest = ReadonlyMap<string, Jar>;

/** The jars in the format of `sha256sum`. */
export function parseManifest(content: string): Manifest {
  return new Map(
    content.trim().split("\n").map((line) => {
      const [digest, path] = line.split(/\s+/) as [string, string];
      return [path.slice(path.lastIndexOf("/") + 1), { path, digest }];
    }),
  );
}

/** Kafka with all that it needs, by version: 105 jars with ZooKeeper, 92 without. */
const MANIFESTS: Readonly<Record<string, Manifest>> = {
  "3.9.2": parseManifest(v3_9_2),
  "4.3.1": parseManifest(v4_3_1),
  "4.4.0": parseManifest(v4_4_0),
};

/** The jars of a version; `undefined`: it is none of those that the toolkit knows. */
export function manifestOf(version: string): Manifest | undefined {
  return Object.hasOwn(MANIFESTS, version) ? MANIFESTS[version] : undefined;
}

/** What Maven asks a repository for. */
export interface Artifact {
  readonly group: string;
  readonly name: string;
  readonly version: string;
}

/**
 * The library through which Kafka logs: it is no dependency of Kafka's, that a user may choose
 * another.
 */
export function loggingBinding(manifest: Manifest): Artifact {
  const [[, { path }]] = [...manifest].filter(([jar]) =>
    /^(slf4j-reload4j|log4j-slf4j-impl)-/.test(jar)
  ) as [[string, Jar]];
  const parts = path.split("/");
  const [name, version] = parts.slice(-3) as [string, string];
  return { group: parts.slice(0, -3).join("."), name, version };
}

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
