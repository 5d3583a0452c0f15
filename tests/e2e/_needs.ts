// What end-to-end tests need of this machine, and what it lacks.
import { tmpdir } from "node:os";
import { denoHost } from "../../infra/engine/host/deno_host.ts";
import { findDocker } from "../../infra/engine/docker/docker_probe.ts";

const mayRun = Deno.permissions.querySync({ name: "run" }).state === "granted";
const JAVA = mayRun && Deno.env.get("JAVA_HOME") ? `${Deno.env.get("JAVA_HOME")}/bin/java` : "java";

/** The engines that are tested. */
export type EngineName = "native" | "docker";

/** What a test needs beside its engine. */
export interface Needs {
  readonly programs?: readonly string[];
  /** What else is missing on this machine, if something is. */
  readonly lack?: () => Promise<string | undefined>;
  /** That no other test uses Docker meanwhile: the daemon itself is restarted. */
  readonly daemon?: boolean;
}

/** The programs that are not there. */
async function missing(programs: readonly string[]): Promise<string[]> {
  const results = await Promise.all(programs.map((name) => denoHost.run(name, ["-version"])));
  return programs.filter((_, index) => results[index]!.code === 127)
    .map((name) => `${name}: not found`);
}

/** Why an engine cannot be tested here. */
const LACKS: Record<EngineName, readonly string[]> = { native: [], docker: [] };
if (mayRun) {
  const docker = await findDocker(denoHost, 2000);
  LACKS.native = await missing([JAVA]);
  LACKS.docker = "why" in docker ? [docker.why] : [];
}

/** What this machine lacks for a test on an engine; asked only where tests may run programs. */
export async function lacksOf(engine: EngineName, { programs = [], lack }: Needs) {
  if (!mayRun) return [];
  const lacks = [...LACKS[engine], ...await missing(programs)];
  const other = lacks.length === 0 ? await lack?.() : undefined;
  return other === undefined ? lacks : [other];
}

/** Waits until the Docker daemon may be used, by many tests at once or by one alone. */
export async function useDaemon(alone: boolean): Promise<Deno.FsFile> {
  const options = { create: true, append: true };
  const file = await Deno.open(`${tmpdir()}/kafka-stack-tests-docker.lock`, options);
  await file.lock(alone);
  return file;
}
