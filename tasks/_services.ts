// The table of services that `up` and `status` show.
import { parseConnection } from "../clients/kafka/connection/connection.ts";
import { clusterState } from "../clients/kafka/cluster/state.ts";
import type { Running } from "../infra/engine/engine.ts";
import type { Proven } from "../infra/engine/readiness.ts";
import { type StackStatus, stackStatus } from "../infra/engine/status.ts";
import type { Context } from "../infra/engine/context.ts";
import { table } from "./_table.ts";

/** How a stack is whose cluster was just proven, with what runs. */
export function provenStatus(
  context: Context,
  running: Running,
  proven: Proven,
): Promise<StackStatus> {
  const brokers = context.stack.brokers.map(({ id }) => id);
  const view = { ...proven, brokers, offline: 0, underReplicated: 0, untold: [], silent: [] };
  return stackStatus(context, running, () => Promise.resolve(view));
}

/** How the stack is, by its processes and by what its brokers say. */
export async function readStatus(context: Context): Promise<StackStatus> {
  const running = await context.engine.observe();
  return await stackStatus(context, running, async (bootstrapServers) => {
    const state = await clusterState(parseConnection(bootstrapServers));
    const { offline, underReplicated, brokers, controllerId, clusterId, untold, silent } = state;
    return {
      ...{ clusterId, untold, silent },
      controllerId: controllerId < 0 ? undefined : controllerId,
      brokers: brokers.map(({ id }) => id),
      offline: offline.length,
      underReplicated: underReplicated.length,
    };
  });
}

/** Service, state, its container's health where it has one, address, memory, pid, since: a line each. */
export function servicesTable({ services, inContainers }: StackStatus): string {
  return table(
    [
      ...["SERVICE", "STATE"],
      ...(inContainers ? ["CONTAINER"] : []),
      ...["ADDRESS", "MEMORY", "PID", "SINCE"],
    ],
    services.map((s) => [
      s.name,
      s.state === "stopped" ? s.state : s.healthy ? s.health : "unhealthy",
      ...(inContainers ? [s.container ?? ""] : []),
      s.address,
      s.memoryBytes === undefined ? "" : `${Math.round(s.memoryBytes / 1024 ** 2)} MiB`,
      String(s.pid ?? ""),
      s.since === undefined ? "" : new Date(s.since).toLocaleString("sv-SE"),
    ]),
  );
}
