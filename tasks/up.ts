// deno task up: the whole stack, proven ready.
import { UsageError } from "../clients/cli/flags.ts";
import { runMain, say } from "../clients/cli/main.ts";
import type { Context } from "../infra/engine/context.ts";
import { describePlan } from "../infra/engine/plan/plan.ts";
import { bringUp, planBringUp } from "../infra/engine/up.ts";
import type { Overrides } from "../infra/engine/record.ts";
import { ENGINE_NAMES } from "../infra/engine/runtimes.ts";
import { staleArtifacts } from "../infra/engine/files.ts";
import { ADMIN_PASSWORD, GRAFANA, hostPort, PROMETHEUS } from "../infra/render/mod.ts";
import { engineOf, type OpenStack, openStack, prove } from "./_context.ts";
import { STARTS, untilInterrupted } from "./_interrupt.ts";
import { withLock } from "./_lock.ts";
import { showDiff } from "./_diff.ts";
import { dirFlag, stackRecord } from "./_stack.ts";
import { provenStatus, servicesTable } from "./_services.ts";

const FLAGS = {
  ...dirFlag,
  engine: {
    type: "string",
    help: "how services run: docker, as containers, or native, as processes (default: auto)",
    oneOf: ENGINE_NAMES,
  },
  mode: {
    type: "string",
    help: "where Kafka keeps its metadata",
    oneOf: ["zookeeper", "kraft"],
  },
  brokers: {
    type: "integer",
    help: "how many brokers, 1 to 9; fewer only when no partition lies on those that would leave",
    min: 1,
    value: "n",
  },
  "port-offset": { type: "integer", help: "added to every port", value: "n" },
  with: {
    type: "string",
    help: "add the monitoring services again: exporters, Prometheus, Grafana",
    oneOf: ["monitoring"],
  },
  without: {
    type: "string",
    help: "leave the monitoring services out (none: as --with monitoring)",
    oneOf: ["monitoring", "none"],
  },
  "dry-run": {
    type: "boolean",
    help: "show what would be written, stopped and started, and why; change nothing",
  },
  timeout: {
    type: "duration",
    help: "how long services may take to be ready; fetching and building not counted",
    default: 120_000,
    value: "2m",
  },
} as const;

await runMain({
  name: "deno task up",
  summary:
    "Starts the stack and returns when it is proven to work. What runs already is left alone;\n" +
    "--engine, --brokers, --port-offset, --mode, --with and --without are remembered for later tasks.\n" +
    "Engine auto is docker where Docker and Compose answer, else native.",
  flags: FLAGS,
  examples: [
    "deno task up",
    "deno task up --brokers 5",
    "deno task up --dir ./stack-2 --port-offset 20",
  ],
}, ({ flags }) =>
  untilInterrupted(STARTS, async (host) => {
    const given = {
      ...(flags.mode === undefined ? {} : { mode: flags.mode as "zookeeper" | "kraft" }),
      ...(flags.brokers === undefined ? {} : { brokers: flags.brokers }),
      ...(flags["port-offset"] === undefined ? {} : { portOffset: flags["port-offset"] }),
      ...monitoringOverride(flags),
    };
    const context = await openStack(flags, { host, given, ...engineOf(flags), purpose: "start" });
    context.report(undefined, `${context.engine.name} engine: ${context.why}`);
    if (flags["dry-run"]) return await dryRun(context, flags.timeout);
    const { started, kept, cluster, running } = await withLock(
      context.dir,
      "up",
      () => bringUp(context, { timeoutMs: flags.timeout, prove: prove(context.stack) }),
    );
    console.log(
      servicesTable(
        await provenStatus(
          { ...context, record: await stackRecord(context.dir) },
          running,
          cluster!,
        ),
      ),
    );
    say(
      started.length === 0
        ? `\n${
          kept.length === 1 ? "The service was" : `All ${kept.length} services were`
        } running already, and the cluster works.`
        : `\nThe cluster works: a record was written to all replicas and read back.`,
    );
    tellMonitoring(context);
    const factor = Math.min(3, context.stack.brokers.length);
    const replicas = factor === 1 ? "1 replica" : `${factor} replicas`;
    say(`Next:
  deno task topic:create    a topic: test-topic, 3 partitions, ${replicas}
  deno task produce         type records; in another terminal:
  deno task consume         read them
  deno task status          how it is · deno task down stops it, data stays`);
  }));

/** @throws {UsageError} Both are given. */
function monitoringOverride(
  { with: added, without }: { readonly with: string | undefined; without: string | undefined },
): Overrides {
  if (added !== undefined && without !== undefined) {
    throw new UsageError("--with and --without exclude each other");
  }
  if (added === undefined && without === undefined) return {};
  return { monitoring: without !== "monitoring" };
}

/** Where to look, with the password when it was made now, and what this machine lacks. */
function tellMonitoring({ rendered, dir, missing, newPassword }: OpenStack) {
  const url = (name: string) => {
    const address = rendered.services.find((service) => service.name === name)?.address;
    return address && `http://${hostPort(address)}`;
  };
  const prometheus = url(PROMETHEUS);
  const grafana = url(GRAFANA);
  if (prometheus) say(`Prometheus: ${prometheus}`);
  const password = newPassword();
  const login = password
    ? `user admin, password ${password} (shown once; it is in ${dir}/${ADMIN_PASSWORD})`
    : `user admin, password in ${dir}/${ADMIN_PASSWORD}`;
  if (grafana) say(`Grafana:    ${grafana}, ${login}`);
  for (const { name, install } of missing) {
    say(`${name} is not installed, all else works without it: ${install}`);
  }
}

/** Shows each change of a file, then the plan. What would stop `up` before it begins stops this too. */
async function dryRun(context: Context, timeoutMs: number) {
  const { host, dir, rendered } = context;
  const { plan } = await planBringUp(context, { timeoutMs });
  for (const artifact of await staleArtifacts(host, dir, rendered.artifacts)) {
    console.log(showDiff(artifact));
  }
  for (const line of describePlan(plan)) console.log(line);
}
