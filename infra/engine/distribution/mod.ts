// Finds Kafka on this machine, or fetches it once per user.
import { Failure, KAFKA_VERSIONS, modeProblem, type Stack } from "../../spec/mod.ts";
import type { Host, Lock } from "../host/host.ts";
import { fetchByMaven, fetchTarball, type Progress } from "./fetch.ts";
import { compareJars, differencesText, type JarDifferences } from "./jars.ts";
import { type Manifest, manifestOf } from "./manifest.ts";
import { isOurs, mendJars } from "./mend.ts";

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

/** What a stack needs of a Kafka. */
export type Wanted = Pick<Stack, "mode" | "kafkaVersion">;

/** Names that the toolkit gives to what it makes in the cache; the exporter's agent is among it. */
const MADE =
  /^(\.lock|fetching(-exporter-\d+)?|cds-[0-9a-f]{16}(\.\d+)?|jmx_prometheus_javaagent-[\d.]+\.jar)$/;

/** What of a cache the toolkit has made: a user may have named a directory with other files. */
export async function madeByUs(host: Host, cache: string): Promise<string[]> {
  const ours: string[] = [];
  for (const name of await host.list(cache)) {
    const made = MADE.test(name) ||
      (/^kafka-\d[\d.]*$/.test(name) && isOurs(await host.list(`${cache}/${name}`)));
    if (made) ours.push(name);
  }
  return ours;
}

/** Options of {@linkcode findDistribution}; a test replaces how Kafka is fetched, and which jars. */
export interface FindOptions {
  readonly progress: Progress;
  /** Told what is not as it should be, and what is done about it. */
  readonly say?: (line: string) => void;
  readonly fetch?: typeof fetchKafka;
  readonly manifest?: Manifest;
}

/**
 * Finds the Kafka that a stack needs: `KAFKA_HOME`, whose version it then is, else the cache, else
 * fetched into the cache.
 *
 * It is fetched into a directory aside, verified and renamed: what lies in the cache under its
 * final name is whole, whenever a fetch was interrupted. What has happened to it since is seen at
 * each start, and mended. In `KAFKA_HOME`, which is the user's, nothing is ever changed.
 *
 * @throws {Failure} `KAFKA_HOME` holds no such Kafka, or it cannot be fetched or mended.
 */
export async function findDistribution(
  host: Host,
  wanted: Wanted,
  { progress, say = () => {}, fetch = fetchKafka, manifest: own }: FindOptions,
): Promise<Distribution> {
  const home = host.env("KAFKA_HOME");
  if (home) {
    const found = await fromHome(host, home, wanted.mode);
    const changed = await changedAtHome(host, found, own);
    if (changed) say(`Warning: in KAFKA_HOME (${home}) ${changed}`);
    return found;
  }
  const cache = cacheDir(host);
  const { kafkaVersion: version } = wanted;
  const manifest = own ?? pinned(version);
  const final = `${cache}/kafka-${version}`;
  const found: Distribution = { version, libs: `${final}/libs` };
  if (isWhole(await compareJars(host, found.libs, manifest))) return found;

  const lock = await takeLock(host, cache, say);
  const aside = `${cache}/fetching`;
  try {
    await host.remove(aside); // What an interrupted fetch left; the lock says that none runs.
    // Another task may have fetched it meanwhile.
    const differences = await compareJars(host, found.libs, manifest);
    if (isWhole(differences)) return found;
    const there = await host.list(final);
    const text = differencesText(differences);
    if (!isOurs(there)) {
      throw new Failure(`${final} is not what this toolkit has fetched: ${text}`, {
        hint: "Move it away, or choose another cache with KAFKA_STACK_CACHE.",
      });
    }
    const fetchAnew = () => fetch(host, version, aside, manifest, progress, say);
    if (there.length === 0) {
      await fetchAnew();
      await host.rename(aside, final);
    } else {
      say(`Kafka's jars in ${found.libs} are not as they should be: ${text}. They are mended.`);
      await mendJars(host, { cache, final, aside, differences, fetch: fetchAnew, say });
    }
  } finally {
    await host.remove(aside);
    lock.release();
  }
  return found;
}

/** The lock of the cache. Another task's fetch is waited for: its lock ends with its process. */
async function takeLock(host: Host, cache: string, say: (line: string) => void): Promise<Lock> {
  for (let told = false;; told = true) {
    const lock = await host.lock(`${cache}/.lock`, "a fetch of Kafka");
    if (typeof lock !== "string") return lock;
    if (!told) say(`waiting: another task is fetching Kafka into ${cache}`);
    await host.sleep(500);
  }
}

function isWhole(differences: JarDifferences): boolean {
  return differencesText(differences) === undefined;
}

async function fetchKafka(
  host: Host,
  version: string,
  dir: string,
  manifest: Manifest,
  progress: Progress,
  say: (line: string) => void,
) {
  const { code } = await host.run("mvn", ["--version"]);
  await (code === 0
    ? fetchByMaven(host, version, dir, manifest, progress)
    : fetchTarball(host, version, dir, manifest, progress, { say }));
}

function pinned(version: string): Manifest {
  const manifest = manifestOf(version);
  if (manifest) return manifest;
  throw new Failure(
    `Kafka ${version} is none of those that are fetched: ${KAFKA_VERSIONS.join(", ")}`,
    {
      hint: "Ask for one of them (kafkaVersion), or let KAFKA_HOME name an unpacked Kafka.",
    },
  );
}

/**
 * Says which Kafka would be run, and whether it is as it should be. Fetches and mends nothing.
 *
 * @throws {Failure} It is not.
 */
export async function describeDistribution(
  host: Host,
  { mode, kafkaVersion: version }: Wanted,
  own?: Manifest,
): Promise<string> {
  const home = host.env("KAFKA_HOME");
  if (home) {
    const found = await fromHome(host, home, mode);
    const changed = await changedAtHome(host, found, own);
    if (changed) {
      throw new Failure(`KAFKA_HOME is ${home}, Kafka ${found.version}: ${changed}`, {
        hint: "Unpack it anew; or unset KAFKA_HOME, and Kafka is fetched.",
      });
    }
    return `KAFKA_HOME is ${home}, Kafka ${found.version}`;
  }
  const manifest = own ?? pinned(version);
  const final = `${cacheDir(host)}/kafka-${version}`;
  if ((await host.list(final)).length === 0) return "not fetched yet: deno task up does it";
  const text = differencesText(await compareJars(host, `${final}/libs`, manifest));
  if (text === undefined) return `${version} in ${final}, ${manifest.size} jars as they should be`;
  throw new Failure(`${version} in ${final} is not as it should be: ${text}`, {
    hint: "deno task up mends it",
  });
}

/**
 * Jars of the user's own Kafka that are named as ours and are not the same, in words. Others are the
 * user's choice: a release has more of them, and some in other versions.
 */
async function changedAtHome(
  host: Host,
  { version, libs }: Distribution,
  manifest = manifestOf(version),
): Promise<string | undefined> {
  if (!manifest) return undefined;
  const { changed } = await compareJars(host, libs, manifest);
  return differencesText({ missing: [], changed, extra: [] });
}

/**
 * The version of the Kafka that `KAFKA_HOME` names, or `undefined`: it names none, and a stack has
 * the one that its spec says.
 *
 * @throws {Failure} It holds no Kafka, or none that can run in the mode.
 */
export async function versionAtHome(
  host: Host,
  mode: Wanted["mode"],
): Promise<string | undefined> {
  const home = host.env("KAFKA_HOME");
  return home ? (await fromHome(host, home, mode)).version : undefined;
}

async function fromHome(host: Host, home: string, mode: Wanted["mode"]): Promise<Distribution> {
  const libs = `${home}/libs`;
  const jars = await host.list(libs);
  const [, version] = jars.map((jar) => /^kafka_2\.\d+-(\d[\d.]*)\.jar$/.exec(jar)).find(Boolean) ??
    [];
  if (version === undefined) {
    throw new Failure(`KAFKA_HOME is ${home}, but there is no Kafka: no libs/kafka_2.13-….jar`, {
      hint: "Point it at an unpacked Kafka, or unset it and Kafka is fetched.",
    });
  }
  const problem = modeProblem(mode, version);
  if (problem !== undefined) {
    throw new Failure(`KAFKA_HOME (${home}) cannot run this stack: ${problem}`, {
      hint: mode === "zookeeper"
        ? "Point it at Kafka 3.9, or unset it and the right one is fetched; or: --mode kraft"
        : "Point it at Kafka 3.9 or newer, or unset it and the right one is fetched.",
    });
  }
  return { version, libs };
}
