// Whether the exporters in the JVMs answer, and what it means when one is slow.
import { hostPort, isJava } from "../../render/mod.ts";
import { Failure } from "../../spec/mod.ts";
import type { Question, RunningService } from "../engine.ts";
import { httpGet } from "../host/http.ts";
import { busyMachine } from "../host/machine_load.ts";
import type { Context } from "../context.ts";

/** Time for an answer. */
const TIMEOUT_MS = 5000;

/**
 * How long a JVM counts as cold: what it does for the first time takes several times as long, and
 * its first scrape is that. How long it takes then means nothing.
 */
export const COLD_MS = 60_000;

/** When a service was started, in ms since the epoch, where it is known. */
export function startOf(
  { record }: Context,
  running: ReadonlyMap<string, RunningService>,
  name: string,
): number | undefined {
  const service = running.get(name);
  const since = service?.since ?? record?.services[name]?.since;
  return service && since !== undefined ? Date.parse(since) : undefined;
}

/** Why metrics come slowly, and what to do: the machine, what is asked for, or how much there is. */
export async function slowHint({ host, stack }: Context, name: string): Promise<string> {
  const busy = await busyMachine(host);
  if (busy) {
    return `Most likely nothing is wrong with it: ${busy}.\n` +
      "Look again when less runs; a longer monitoring.scrapeIntervalSeconds helps too.";
  }
  const less = stack.monitoring?.metrics === "all"
    ? 'monitoring.metrics: "used" asks for a fraction of the metrics.'
    : "Fewer partitions, or a longer monitoring.scrapeIntervalSeconds.";
  return `deno task logs ${name} shows whether it is well. If it is: ${less}`;
}

/** The question to the exporters of the JVMs that run; none: there are none. */
export function exporterQuestion(
  context: Context,
  running: ReadonlyMap<string, RunningService>,
): Question[] {
  const { host, rendered } = context;
  const exporters = rendered.services.filter((service) =>
    isJava(service) && service.metrics && running.has(service.name)
  );
  if (exporters.length === 0) return [];
  return [["exporters", async () => {
    const answers = await Promise.all(
      exporters.map(async ({ name, metrics }) => ({
        name,
        exporter: metrics!.address,
        text: (await httpGet(host, metrics!.address, "/metrics", { timeoutMs: TIMEOUT_MS }))?.body,
      })),
    );
    const young: string[] = [];
    for (const { name, exporter, text } of answers) {
      if (text?.includes("\njmx_scrape_error 0.0")) continue;
      const at = hostPort(exporter);
      const logs = `deno task logs ${name} shows why; deno task restart ${name} may help`;
      if (text) {
        throw new Failure(`${name}'s exporter on ${at} cannot read its MBeans`, { hint: logs });
      }
      const alive = await httpGet(host, exporter, "/-/healthy", { timeoutMs: TIMEOUT_MS });
      if (!alive) {
        const busy = await busyMachine(host);
        throw new Failure(`${name}'s exporter on ${at} does not answer in ${TIMEOUT_MS / 1000} s`, {
          hint: busy ? `${logs}.\nBut ${busy}.` : logs,
        });
      }
      const started = startOf(context, running, name);
      if (started === undefined || host.now() - started >= COLD_MS) {
        throw new Failure(`the metrics of ${name} take more than ${TIMEOUT_MS / 1000} s`, {
          hint: await slowHint(context, name),
        });
      }
      young.push(name);
    }
    if (young.length === 0) return `all ${answers.length} answer with metrics`;
    const others = answers.length - young.length;
    return `${others} of ${answers.length} answer with metrics; ${justStarted(young)}`;
  }]];
}

/** Says of services that they are not judged yet. */
export function justStarted(names: readonly string[]): string {
  return `too early to judge, started a moment ago: ${names.join(", ")}`;
}
