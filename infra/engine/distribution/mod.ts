// Finds Kafka on this machine, or fetches it once per user.
import { Failure } from "../../spec/mod.ts";
import type { Host } from "../host.ts";
import { fetchByMaven, fetchTarball, type Progress } from "./fetch.ts";

export type { Progress } from "./fetch.ts";

/** A Kafka that can be run. */
export interface Distribution {
  readonly version: string;
  /** Directory of its jars. */
  readonly libs: string;
}

/** The user's cache: `KAFKA_STACK_CACHE`, else where the system keeps caches. */
export function cacheDir(host: Host): string {
  const own = host.env("KAFKA_STACK_CACHE");
  if (own) return own;
  const home = host.env("HOME");
  if (!home) {
    throw new Failure("HOME is not set, so there is no place for the cache", {
      hint: "Set HOME or KAFKA_STACK_CACHE.",
    });
  }
  if (host.os === "darwin") return `${home}/Library/Caches/kafka-stack`;
  return `${host.env("XDG_CACHE_HOME") || `${home}/.cache`}/kafka-stack`;
}

/** Options of {@linkcode findDistribution}; a test replaces how Kafka is fetched. */
export interface FindOptions {
  readonly progress: Progress;
  readonly fetch?: (host: Host, version: string, dir: string, progress: Progress) => Promise<void>;
}

/**
 * Finds Kafka `version`: `KAFKA_HOME`, else the cache, else fetched into the cache.
 *
 * It is fetched into a directory aside, verified and renamed: what lies in the cache under its
 * final name is whole, whenever a fetch was interrupted.
 *
 * @throws {Failure} `KAFKA_HOME` holds no such Kafka, or it cannot be fetched.
 */
export async function findDistribution(
  host: Host,
  version: string,
  { progress, fetch = fetchKafka }: FindOptions,
): Promise<Distribution> {
  const home = host.env("KAFKA_HOME");
  if (home) return await fromHome(host, home, version);
  const cache = cacheDir(host);
  const final = `${cache}/kafka-${version}`;
  const found: Distribution = { version, libs: `${final}/libs` };
  if ((await host.list(found.libs)).length > 0) return found;

  const lock = await host.lock(`${cache}/.lock`, "a fetch of Kafka");
  if (typeof lock === "string") {
    throw new Failure(`Another task fetches Kafka into ${cache}`, {
      hint: "Try again when it has ended.",
    });
  }
  const aside = `${cache}/fetching`;
  try {
    await host.remove(aside); // What an interrupted fetch left; the lock says that none runs.
    await fetch(host, version, aside, progress);
    await host.rename(aside, final);
  } finally {
    await host.remove(aside);
    lock.release();
  }
  return found;
}

async function fetchKafka(host: Host, version: string, dir: string, progress: Progress) {
  const { code } = await host.run("mvn", ["--version"]);
  await (code === 0
    ? fetchByMaven(host, dir, progress)
    : fetchTarball(host, version, dir, progress));
}

async function fromHome(host: Host, home: string, version: string): Promise<Distribution> {
  const libs = `${home}/libs`;
  const jars = await host.list(libs);
  const [, found] = jars.map((jar) => /^kafka_2\.\d+-(\d[\d.]*)\.jar$/.exec(jar)).find(Boolean) ??
    [];
  if (found === undefined) {
    throw new Failure(`KAFKA_HOME is ${home}, but there is no Kafka: no libs/kafka_2.13-….jar`, {
      hint: "Point it at an unpacked Kafka, or unset it and Kafka is fetched.",
    });
  }
  const [major, minor] = version.split(".");
  if (!found.startsWith(`${major}.${minor}.`)) {
    throw new Failure(
      `KAFKA_HOME is Kafka ${found}, but this stack needs ${major}.${minor} (the last with ZooKeeper)`,
      { hint: "Point it at such a Kafka, or unset it and the right one is fetched." },
    );
  }
  return { version: found, libs };
}
