// Waits for what must hold before a plan goes on.
import { type Server, serversOf, type Service } from "../../render/mod.ts";
import { Failure } from "../../spec/mod.ts";
import type { Context } from "../context.ts";
import { refuseEmptyStart } from "../data/gone.ts";
import { askPartitions } from "../data/partitions.ts";
import { registeredBrokers, waitUntilReady } from "../readiness.ts";
import { killedOf } from "./facts.ts";
import type { Gate } from "./plan.ts";

/**
 * Waits until a gate holds.
 *
 * @param named The services were named one by one: what is lost by starting them is only said.
 * @throws {Failure} It does not hold in time, or never will.
 */
export async function waitForGate(context: Context, gate: Gate, named: boolean): Promise<void> {
  const { host, rendered } = context;
  const services = rendered.services.filter(({ name }) => gate.services.includes(name));
  const deadline = host.now() + gate.timeoutMs;
  switch (gate.kind) {
    case "alive":
      return await waitUntilReady({ ...context, services: services.map(aliveIsReady), deadline });
    case "ready":
      return await waitUntilReady({ ...context, services, deadline });
    case "sessions":
      return await waitForSessions(context, serversOf(services, "broker"), deadline);
    case "loss":
      return await waitForLoss(context, services, deadline, named);
  }
}

/** The same service, ready as soon as it accepts connections. */
function aliveIsReady(service: Service): Service {
  return service.alive ? { ...service, ready: service.alive } : service;
}

/** The ZooKeepers that run, once they serve. */
async function servingEnsemble(context: Context, deadline: number) {
  const running = await context.engine.observe();
  const ensemble = serversOf(context.rendered.services, "zookeeper")
    .filter(({ name }) => running.has(name));
  await waitUntilReady({ ...context, services: ensemble, deadline });
  return { running, ensemble };
}

/**
 * A killed broker stays registered until its ZooKeeper session expires; one that starts before
 * ends with "node already exists".
 */
async function waitForSessions(context: Context, brokers: readonly Server[], deadline: number) {
  const { host, stack, report } = context;
  const killed = await killedOf(context, brokers);
  if (killed.length === 0) return;
  // The ensemble answers `dump` only once it has a quorum.
  const { ensemble } = await servingEnsemble(context, deadline);
  let told = "";
  for (;;) {
    const ids = await registeredBrokers(host, ensemble);
    const waiting = stack.brokers.filter(({ name, id }) =>
      ids.has(id) && killed.some((service) => service.name === name)
    ).map(({ name }) => name).join(", ");
    if (waiting === "") return;
    if (waiting !== told) {
      report(undefined, `waits for ZooKeeper to end the sessions of ${waiting}, killed before`);
    }
    told = waiting;
    if (host.now() > deadline) {
      throw new Failure(`ZooKeeper still has the sessions of ${waiting}, which do not run here`, {
        hint: "Does another process use this ensemble? deno task doctor looks further.",
      });
    }
    await host.sleep(100);
  }
}

/** The others know what was on brokers whose data is gone: the ensemble, or brokers in KRaft mode. */
async function waitForLoss(
  context: Context,
  services: readonly Service[],
  deadline: number,
  named: boolean,
) {
  const { host, stack, rendered, kraft } = context;
  const { running } = await servingEnsemble(context, deadline);
  const runs = ({ name }: Service) => running.has(name);
  // A broker that has just been started knows nothing yet.
  while (kraft && rendered.services.some((one) => runs(one) && one.roles.includes("broker"))) {
    if (await askPartitions(context, running) || host.now() > deadline) break;
    await host.sleep(200);
  }
  const gone = stack.brokers.filter(({ name }) => services.some((one) => one.name === name));
  const refusal = await refuseEmptyStart(context, gone, { named, running });
  if (!refusal) return;
  // The others run: they may be needed to go on.
  const others = serversOf(rendered.services, "broker").filter(runs);
  await waitUntilReady({ ...context, services: others, deadline });
  throw refusal;
}
