// Fetches Kafka into a directory: through Maven, or as the official tarball.
// What arrives is verified here; it is put in place by mod.ts only then.
import { Failure } from "../../spec/mod.ts";
import { type Host, TRANSFER_MS } from "../host/host.ts";
import { compareJars, differencesText } from "./jars.ts";
import { CENTRAL, loggingBinding, type Manifest, parseSha512 } from "./manifest.ts";
import pom from "./pom.xml" with { type: "text" };

/** Told how far a step is. `total` is absent while it is unknown. */
export type Progress = (step: string, done: number, total?: number) => void;

/** Every release for ever; mirrors keep only the newest. */
export const ARCHIVE = "https://archive.apache.org/dist/kafka";

const ELSEWHERE = "Try again; or let KAFKA_HOME name an unpacked Kafka that you have.";

/**
 * Lets Maven copy the manifest's jars into `dir`/libs, with the user's own settings and mirrors.
 *
 * @throws {Failure} Maven failed, or a jar is missing or not the one expected.
 */
export async function fetchByMaven(
  host: Host,
  version: string,
  dir: string,
  manifest: Manifest,
  progress: Progress,
): Promise<void> {
  const logging = loggingBinding(manifest);
  const libs = `${dir}/libs`;
  await host.writeText(`${dir}/pom.xml`, pom);
  const step = "Kafka's jars, through Maven";
  let done = 0;
  progress(step, 0, manifest.size);
  const { code, stdout } = await host.run("mvn", [
    "--batch-mode",
    // A file whose checksum differs from the repository's ends the build.
    "--strict-checksums",
    "--file",
    `${dir}/pom.xml`,
    "dependency:copy-dependencies",
    `-DoutputDirectory=${libs}`,
    `-Dkafka=${version}`,
    ...Object.entries(logging).map(([part, value]) => `-Dlogging.${part}=${value}`),
  ], {
    timeoutMs: TRANSFER_MS,
    onLine: (line) => {
      if (/^\[INFO\] Copying \S+\.jar to /.test(line)) progress(step, ++done, manifest.size);
      else if (/^Downloaded from .*\.jar|^\[INFO\] Downloaded from .*\.jar/.test(line)) {
        progress(step, Math.min(++done, manifest.size - 1), manifest.size);
      }
    },
  });
  if (code !== 0) {
    const errors = stdout.split("\n").filter((line) => line.startsWith("[ERROR]")).slice(0, 3);
    throw new Failure(`Maven could not fetch Kafka (exit code ${code})\n${errors.join("\n")}`, {
      hint: `Check the network and Maven's settings. ${ELSEWHERE}`,
    });
  }
  progress(step, manifest.size, manifest.size);
  await verifyJars(host, libs, manifest);
}

/** @throws {Failure} There are not exactly the jars of the manifest: which. */
export async function verifyJars(host: Host, libs: string, manifest: Manifest): Promise<void> {
  const differences = differencesText(await compareJars(host, libs, manifest));
  if (differences === undefined) return;
  throw new Failure(`Kafka's jars did not come as they should: ${differences}`, {
    hint: `Remove them from Maven's local repository (~/.m2) or check your mirror. ${ELSEWHERE}`,
  });
}

/** What {@linkcode fetchTarball} may be told; a test has servers of its own. */
export interface TarballOptions {
  /** Where the releases lie. */
  readonly archive?: string;
  /** A Maven repository. */
  readonly central?: string;
  /** Told what the release has not as the manifest says. */
  readonly say?: (line: string) => void;
}

/**
 * Downloads the official tarball and its published SHA-512, verifies, and unpacks the jars of the
 * manifest into `dir`/libs. The release is built by Gradle, which chooses other versions of some
 * libraries than Maven: what it has not, or not as the manifest says, comes from Maven Central.
 *
 * @throws {Failure} It could not be had, or is damaged.
 */
export async function fetchTarball(
  host: Host,
  version: string,
  dir: string,
  manifest: Manifest,
  progress: Progress,
  options: TarballOptions = {},
): Promise<void> {
  const { archive = ARCHIVE, central = CENTRAL, say = () => {} } = options;
  const name = `kafka_2.13-${version}.tgz`;
  const url = `${archive}/${version}/${name}`;
  const file = `${dir}/${name}`;
  try {
    await host.makeDirectory(dir);
    await host.download(`${url}.sha512`, `${file}.sha512`, () => {});
    await host.download(url, file, (done, total) => progress(`Kafka ${version}`, done, total));
  } catch (cause) {
    throw notDownloaded(`Kafka ${version}`, cause);
  }
  const expected = parseSha512(await host.readText(`${file}.sha512`) ?? "");
  const found = await host.digest(file, "SHA-512");
  if (found !== expected) {
    throw new Failure(
      `${url} is damaged: its SHA-512 is ${found.slice(0, 16)}…, published ${
        expected ? `${expected.slice(0, 16)}…` : "is none that can be read"
      }`,
      { hint: ELSEWHERE },
    );
  }
  const unpack = ["-xzf", file, "-C", dir, "--strip-components=1"];
  const { code, stderr } = await host.run("tar", unpack, { timeoutMs: TRANSFER_MS });
  if (code !== 0) throw new Failure(`Cannot unpack ${name}: ${stderr.trim()}`, { hint: ELSEWHERE });
  const libs = `${dir}/libs`;
  for (const other of await host.list(dir)) {
    if (other !== "libs") await host.remove(`${dir}/${other}`);
  }
  const { missing, changed, extra } = await compareJars(host, libs, manifest);
  const strange = differencesText({ missing: [], changed, extra: [] });
  if (strange) say(`${name}: ${strange}; Maven Central is asked for it`);
  for (const jar of [...changed, ...extra]) await host.remove(`${libs}/${jar}`);
  const wanted = [...changed, ...missing];
  const step = `${wanted.length} jars from Maven Central`;
  for (const [done, jar] of wanted.entries()) {
    progress(step, done, wanted.length);
    try {
      const { path } = manifest.get(jar)!;
      await host.download(`${central}/${path}`, `${libs}/${jar}`, () => {});
    } catch (cause) {
      throw notDownloaded(jar, cause);
    }
  }
  if (wanted.length > 0) progress(step, wanted.length, wanted.length);
  await verifyJars(host, libs, manifest);
}

function notDownloaded(what: string, cause: unknown): Failure {
  const reason = cause instanceof Failure ? cause.message : "the download failed";
  return new Failure(`Cannot download ${what}: ${reason}`, {
    hint: `Check the network, or install Maven and a mirror for it. ${ELSEWHERE}`,
    cause,
  });
}
