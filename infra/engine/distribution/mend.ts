// Mends the jars in the user's cache, without a moment in which running JVMs would miss one.
import { Failure } from "../../spec/mod.ts";
import type { Host } from "../host/host.ts";
import type { JarDifferences } from "./jars.ts";

/** Holds what was found among the jars and is not ours. */
const SET_ASIDE = "set-aside";

/** Whether all that a directory of a distribution holds is what a fetch makes. */
export function isOurs(names: readonly string[]): boolean {
  return names.every((name) => ["libs", "pom.xml", SET_ASIDE].includes(name));
}

/** What {@linkcode mendJars} needs. */
export interface MendOptions {
  /** The user's cache. */
  readonly cache: string;
  /** Where the distribution lies. */
  readonly final: string;
  /** Where it is fetched to. */
  readonly aside: string;
  readonly differences: JarDifferences;
  readonly fetch: () => Promise<void>;
  readonly say: (line: string) => void;
}

/**
 * Fetches what is missing or changed, and sets aside what was changed or does not belong there.
 *
 * @throws {Failure} It cannot be fetched, or the cache cannot be written.
 */
export async function mendJars(host: Host, options: MendOptions): Promise<void> {
  const { cache, final, aside, differences: { missing, changed, extra }, fetch, say } = options;
  const libs = `${final}/libs`;
  const wanted = [...changed, ...missing];
  if (wanted.length > 0) await fetch();
  const strange = [...changed, ...extra];
  try {
    if (strange.length > 0) {
      const away = `${final}/${SET_ASIDE}/${host.now()}`;
      await host.makeDirectory(away);
      for (const name of strange) await host.rename(`${libs}/${name}`, `${away}/${name}`);
      say(`What was there is in ${away}: ${strange.join(", ")}`);
    }
    await host.makeDirectory(libs);
    for (const name of wanted) await host.rename(`${aside}/libs/${name}`, `${libs}/${name}`);
    // They know the jars by their times: a JVM would leave them out without a word.
    const archives = (await host.list(cache)).filter((name) => name.startsWith("cds-"));
    if (wanted.length > 0) {
      for (const name of archives) await host.remove(`${cache}/${name}`);
    }
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    throw new Failure(`The jars in ${libs} cannot be mended: ${cause.message}`, {
      hint: "Make the cache writable, or choose another with KAFKA_STACK_CACHE.",
      cause,
    });
  }
}
