// Fetches Kafka into a directory: through Maven, or as the official tarball.
// What arrives is verified here; it is put in place by mod.ts only then.
import { Failure } from "../../spec/mod.ts";
import type { Host } from "../host.ts";
import { MANIFEST, parseSha512 } from "./manifest.ts";
import pom from "./pom.xml" with { type: "text" };

/** Told how far a step is. `total` is absent while it is unknown. */
export type Progress = (step: string, done: number, total?: number) => void;

/** Every release for ever; mirrors keep only the newest. */
export const ARCHIVE = "https://archive.apache.org/dist/kafka";

const ELSEWHERE = "Try again; or let KAFKA_HOME name an unpacked Kafka that you have.";

/**
 * Lets Maven copy the jars into `dir`/libs, with the user's own settings and mirrors.
 *
 * @throws {Failure} Maven failed, or a jar is missing or not the one expected.
 */
export async function fetchByMaven(host: Host, dir: string, progress: Progress): Promise<void> {
  const libs = `${dir}/libs`;
  await host.writeText(`${dir}/pom.xml`, pom);
  const step = "Kafka's jars, through Maven";
  let done = 0;
  progress(step, 0, MANIFEST.size);
  const { code, stdout } = await host.run("mvn", [
    "--batch-mode",
    // A file whose checksum differs from the repository's ends the build.
    "--strict-checksums",
    "--file",
    `${dir}/pom.xml`,
    "dependency:copy-dependencies",
    `-DoutputDirectory=${libs}`,
  ], {
    onLine: (line) => {
      if (/^\[INFO\] Copying \S+\.jar to /.test(line)) progress(step, ++done, MANIFEST.size);
      else if (/^Downloaded from .*\.jar|^\[INFO\] Downloaded from .*\.jar/.test(line)) {
        progress(step, Math.min(++done, MANIFEST.size - 1), MANIFEST.size);
      }
    },
  });
  if (code !== 0) {
    const errors = stdout.split("\n").filter((line) => line.startsWith("[ERROR]")).slice(0, 3);
    throw new Failure(`Maven could not fetch Kafka (exit code ${code})\n${errors.join("\n")}`, {
      hint: `Check the network and Maven's settings. ${ELSEWHERE}`,
    });
  }
  progress(step, MANIFEST.size, MANIFEST.size);
  await verifyJars(host, libs);
}

/** @throws {Failure} A jar of the manifest is missing or differs. */
export async function verifyJars(
  host: Host,
  libs: string,
  manifest: ReadonlyMap<string, string> = MANIFEST,
): Promise<void> {
  const there = new Set(await host.list(libs));
  for (const [name, expected] of manifest) {
    const found = there.has(name) ? await host.digest(`${libs}/${name}`, "SHA-256") : "no file";
    if (found === expected) continue;
    throw new Failure(`${name} is not the jar it should be: SHA-256 ${expected}, found ${found}`, {
      hint: `Remove it from Maven's local repository (~/.m2) or check your mirror. ${ELSEWHERE}`,
    });
  }
}

/**
 * Downloads the official tarball and its published SHA-512, verifies, unpacks `libs` into `dir`.
 *
 * @param base Where the releases lie; a test passes its own server.
 * @throws {Failure} It could not be had, or is damaged.
 */
export async function fetchTarball(
  host: Host,
  version: string,
  dir: string,
  progress: Progress,
  base = ARCHIVE,
): Promise<void> {
  const name = `kafka_2.13-${version}.tgz`;
  const url = `${base}/${version}/${name}`;
  const file = `${dir}/${name}`;
  try {
    await host.makeDirectory(dir);
    await host.download(`${url}.sha512`, `${file}.sha512`, () => {});
    await host.download(url, file, (done, total) => progress(`Kafka ${version}`, done, total));
  } catch (cause) {
    throw new Failure(
      `Cannot download Kafka ${version}: ${cause instanceof Error ? cause.message : cause}`,
      { hint: `Check the network, or install Maven and a mirror for it. ${ELSEWHERE}`, cause },
    );
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
  const { code, stderr } = await host.run("tar", ["-xzf", file, "-C", dir, "--strip-components=1"]);
  if (code !== 0) throw new Failure(`Cannot unpack ${name}: ${stderr.trim()}`, { hint: ELSEWHERE });
  await host.remove(file);
}
