// Asks the exporters of a stack.
import type { Host } from "../infra/engine/host.ts";
import { type Address, hostPort, jvmsOf, MONITORS, type Process } from "../infra/render/mod.ts";
import type { Observed, Round } from "../monitoring/top/build.ts";
import { parseMetrics } from "../monitoring/top/metrics.ts";
import { type Kind, readSample, WANTED } from "../monitoring/top/samples.ts";

/** A service whose exporter can be asked. */
export interface Target {
  readonly name: string;
  readonly kind: Kind;
  readonly exporter: Address;
}

/** The exporters among a stack's processes; none: it has no monitoring. */
export function targetsOf(processes: readonly Process[]): Target[] {
  const jvms = jvmsOf(processes).flatMap(({ name, kind, exporter }) =>
    exporter ? [{ name, kind, exporter }] : []
  );
  const lag = lagExporter(processes);
  return lag ? [...jvms, { name: MONITORS.lagExporter, kind: "lag", exporter: lag }] : jvms;
}

/** Where the lag exporter is; none: the stack has none. */
function lagExporter(processes: readonly Process[]): Address | undefined {
  const found = processes.find(({ name }) => name === MONITORS.lagExporter);
  return found?.kind === "monitor" ? found.address : undefined;
}

/** Asks all at once; who has not answered within `timeoutMs` has not answered. */
export async function scrape(
  host: Host,
  targets: readonly Target[],
  timeoutMs: number,
): Promise<Round> {
  const at = Date.now();
  const services = await Promise.all(targets.map((target) => ask(host, target, timeoutMs)));
  return { at, services };
}

async function ask(host: Host, target: Target, timeoutMs: number): Promise<Observed> {
  const { name, kind, exporter } = target;
  const query = WANTED[kind].map((metric) => `name[]=${metric}`).join("&");
  const begin = performance.now();
  // Not by fetch: that would ask an HTTP proxy of the environment. HTTP/1.0: the answer in one piece.
  const answer = await host.ask(
    exporter,
    `GET /metrics${query === "" ? "" : `?${query}`} HTTP/1.0\r\nHost: ${
      hostPort(exporter)
    }\r\n\r\n`,
    timeoutMs,
  );
  const at = performance.now();
  if (!answer) {
    return { name, kind, at, failure: at - begin < timeoutMs ? "down" : "no answer" };
  }
  const end = answer.indexOf("\r\n\r\n");
  try {
    if (!/^HTTP\/1\.\d 200 /.test(answer)) throw new SyntaxError(answer.split("\r\n")[0]);
    return { name, kind, at, sample: readSample(kind, parseMetrics(answer.slice(end + 4))) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { name, kind, at, failure: "unreadable" };
  }
}
