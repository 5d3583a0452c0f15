// The part of server.properties that makes a node one of a KRaft cluster.
// This module is pure: no Deno APIs, no I/O.
import {
  type Broker,
  type Controller,
  quorumBootstrapServers,
  quorumEndpoint,
  type Voter,
} from "../spec/mod.ts";
import type { Situation } from "./descriptor.ts";
import { type BoundListener, hostPort } from "./placement.ts";
import type { Address, Port } from "./service.ts";

/** Name of the controllers' listener. */
const CONTROLLER = "CONTROLLER";
/** Of the one at the port that the quorum's log may still know. */
const FORMER = "FORMER_CONTROLLER";

/** What only controllers read. */
export const controllerDefaults = {
  // A dead broker is noticed after 6 s, as with ZooKeeper, instead of 9 s.
  "broker.session.timeout.ms": 6000,
};

interface ControllerListener {
  readonly name: string;
  readonly bind: Address;
  readonly host: Address;
  readonly advertised: Address;
}

function isVoter(node: Broker | Controller): node is Voter {
  return node.controllerPort !== undefined;
}

/** The listeners of a controller; none: the node is a broker alone. */
function controllerListeners(
  { placement, storage }: Situation,
  node: Broker | Controller,
): ControllerListener[] {
  if (!isVoter(node)) return [];
  const former = storage?.formerPorts?.[node.nodeId];
  const ports = [
    [CONTROLLER, node.controllerPort] as const,
    ...(former === undefined || former === node.controllerPort ? [] : [[FORMER, former] as const]),
  ];
  return ports.map(([name, controllerPort]) => ({
    name,
    ...placement.controller(controllerPort),
    advertised: quorumEndpoint({ ...node, controllerPort }),
  }));
}

/** The ports of a controller, by what they are for. */
export function controllerPorts(
  situation: Situation,
  node: Broker | Controller,
  setting: string,
): Record<string, Port> {
  const beside = situation.placement.container === undefined;
  return Object.fromEntries(
    controllerListeners(situation, node).flatMap(({ name, bind, host }) => {
      const port = { ...host, inside: bind.port, setting };
      if (name === CONTROLLER) return [["controller", port]];
      // In a network of their own nobody else can want it.
      return beside ? [["former controller", port]] : [];
    }),
  );
}

/**
 * The properties, with those that a broker's own listeners give.
 *
 * @param listeners None: the node is a controller alone.
 */
export function quorumProperties(
  situation: Situation,
  node: Broker | Controller,
  listeners: readonly BoundListener[],
): Record<string, string | number> {
  const own = controllerListeners(situation, node);
  const all = [...listeners, ...own];
  const [first] = listeners;
  return {
    "process.roles": [...(first ? ["broker"] : []), ...(isVoter(node) ? ["controller"] : [])]
      .join(),
    "node.id": node.nodeId,
    "controller.quorum.bootstrap.servers": quorumBootstrapServers(situation.stack),
    "controller.listener.names": own.length > 0 ? own.map(({ name }) => name).join() : CONTROLLER,
    "listeners": all.map((l) => `${l.name}://${hostPort(l.bind)}`).join(),
    "advertised.listeners": all.map((l) => `${l.name}://${hostPort(l.advertised)}`).join(),
    "listener.security.protocol.map": [
      ...listeners.map((l) => `${l.name}:${l.securityProtocol}`),
      ...(own.length > 0 ? own : [{ name: CONTROLLER }]).map(({ name }) => `${name}:PLAINTEXT`),
    ].join(),
    ...(first ? { "inter.broker.listener.name": first.name } : {}),
  };
}
