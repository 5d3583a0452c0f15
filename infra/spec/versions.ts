// Which versions of Apache Kafka there are for a stack, and which mode each can run in.
// This module is pure: no Deno APIs, no I/O.
import type { Mode } from "./types.ts";

/**
 * The versions whose jars the toolkit knows by checksum: the last with ZooKeeper, the newest, and
 * one before it to upgrade from.
 */
export const KAFKA_VERSIONS: readonly string[] = ["3.9.2", "4.3.1", "4.4.0"];

/** What a stack runs where its spec says nothing. The jars of 3.9.2 hold ZooKeeper 3.8.4. */
export const DEFAULT_KAFKA_VERSION: Readonly<Record<Mode, string>> = {
  zookeeper: "3.9.2",
  kraft: "4.4.0",
};

/** Whether Kafka `version` is `major.minor` or newer. */
export function isAtLeast(version: string, major: number, minor = 0): boolean {
  const [itsMajor = 0, itsMinor = 0] = version.split(".").map(Number);
  return itsMajor > major || (itsMajor === major && itsMinor >= minor);
}

/**
 * Why Kafka `version` cannot run in `mode`, or `undefined`: it can. ZooKeeper left with 4.0
 * (KIP-833); a quorum whose controllers can change came with 3.9 (KIP-853).
 */
export function modeProblem(mode: Mode, version: string): string | undefined {
  if (!isAtLeast(version, 3, 9)) return `Kafka ${version} is older than 3.9`;
  if (mode === "kraft" || !isAtLeast(version, 4)) return undefined;
  return `Kafka ${version} has no ZooKeeper, which left with 4.0`;
}
