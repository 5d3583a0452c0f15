// Puts the JMX exporter's agent into a stack's directory, from the user's cache or fetched.
import { EXPORTER_JAR, EXPORTER_VERSION } from "../../render/mod.ts";
import { Failure } from "../../spec/mod.ts";
import { type Host, TRANSFER_MS } from "../host/host.ts";
import type { Progress } from "./fetch.ts";
import { CENTRAL } from "./manifest.ts";

/** SHA-256 of the jar of {@linkcode EXPORTER_VERSION}. */
const SHA256 = "7d61f737fd661610ccc14aea79764faa1ea94a340cbc8f0029b3d2edea3d80c1";

const GROUP = "io.prometheus.jmx";
const NAME = "jmx_prometheus_javaagent";
const JAR = `${NAME}-${EXPORTER_VERSION}.jar`;

/** What {@linkcode placeExporter} needs. */
export interface PlaceOptions {
  /** Absolute path of the stack's directory. */
  readonly dir: string;
  /** The user's cache. */
  readonly cache: string;
  readonly progress: Progress;
}

/**
 * Copies the agent to where the stack's JVMs load it from. What lies there under its name is whole,
 * whenever this was interrupted.
 *
 * @throws {Failure} It cannot be fetched, or is not the jar that it should be.
 */
export async function placeExporter(host: Host, options: PlaceOptions): Promise<void> {
  const { dir, cache, progress } = options;
  const target = `${dir}/${EXPORTER_JAR}`;
  if (await isWhole(host, target)) return;
  const cached = `${cache}/${JAR}`;
  if (!await isWhole(host, cached)) await fetch(host, cache, cached, progress);
  const aside = `${target}.tmp`;
  await host.makeDirectory(target.slice(0, target.lastIndexOf("/")));
  const { code, stderr } = await host.run("cp", [cached, aside]);
  if (code !== 0) throw new Failure(`Cannot write ${aside}: ${stderr.trim()}`);
  await host.rename(aside, target);
}

async function isWhole(host: Host, path: string): Promise<boolean> {
  const names = await host.list(path.slice(0, path.lastIndexOf("/")));
  return names.includes(path.slice(path.lastIndexOf("/") + 1)) &&
    await host.digest(path, "SHA-256") === SHA256;
}

async function fetch(host: Host, cache: string, cached: string, progress: Progress) {
  // Two stacks may fetch it at the same time.
  const aside = `${cache}/fetching-exporter-${host.now()}`;
  const jar = `${aside}/${JAR}`;
  const step = `the JMX exporter ${EXPORTER_VERSION}`;
  try {
    await host.makeDirectory(aside);
    progress(step, 0, 1);
    const { code } = await host.run("mvn", ["--version"]);
    await (code === 0 ? byMaven(host, aside) : host.download(
      `${CENTRAL}/${GROUP.replaceAll(".", "/")}/${NAME}/${EXPORTER_VERSION}/${JAR}`,
      jar,
      (done, total) => progress(step, done, total),
    ));
    if (!await isWhole(host, jar)) {
      throw new Failure(`${JAR} is not the jar it should be: SHA-256 ${SHA256} is expected`, {
        hint: "Remove it from Maven's local repository (~/.m2) or check your mirror.",
      });
    }
    await host.rename(jar, cached);
    progress(step, 1, 1);
  } catch (cause) {
    throw new Failure(
      `Cannot fetch ${step}: ${cause instanceof Failure ? cause.message : "the download failed"}`,
      {
        hint: "Check the network; or go on without metrics: deno task up --without monitoring",
        cause,
      },
    );
  } finally {
    await host.remove(aside);
  }
}

async function byMaven(host: Host, to: string) {
  const { code, stdout } = await host.run("mvn", [
    ...["--batch-mode", "--strict-checksums"],
    "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy",
    `-Dartifact=${GROUP}:${NAME}:${EXPORTER_VERSION}`,
    `-DoutputDirectory=${to}`,
  ], { timeoutMs: TRANSFER_MS });
  if (code === 0) return;
  const [error] = stdout.split("\n").filter((line) => line.startsWith("[ERROR]"));
  throw new Failure(`Maven ended with exit code ${code}${error ? `: ${error}` : ""}`);
}
