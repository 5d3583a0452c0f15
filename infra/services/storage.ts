// The storage of a node in KRaft mode: its data directory is formatted once, before the first start
// (KIP-631, KIP-853). Cluster and directories have their ids from us, so that it can be repeated.
// This module is pure: no Deno APIs, no I/O.
import { type Broker, type Controller, quorumEndpoint, type Voter, votersOf } from "../spec/mod.ts";
import type { Situation } from "./descriptor.ts";
import { LOCALE_FLAGS } from "./environment.ts";
import { hostsFlag } from "./hosts.ts";
import { hostPort } from "./placement.ts";
import type { Format } from "./service.ts";
import { kafkaUuid } from "./uuid.ts";

/** What identifies the storage of a stack in KRaft mode. Kept as long as the data. */
export interface Storage {
  /** `cluster.id` */
  readonly clusterId: string;
  /**
   * `directory.id` of each first voter, by `node.id`: with them the quorum's log begins. None: the
   * quorum is there, and a directory that is formatted joins it as an observer.
   */
  readonly voters?: Readonly<Record<number, string>>;
  /**
   * Ports that the quorum's log knows voters by, by `node.id`, where they are no longer the stack's.
   * Each voter listens there too until it has told the leader its new one: without a leader nobody
   * would learn it, and without the old ports there would be none.
   */
  readonly formerPorts?: Readonly<Record<number, number>>;
}

/**
 * The ids for the storage of a stack that has none.
 *
 * @param random That many random bytes.
 */
export function newStorage(
  stack: Situation["stack"],
  random: (length: number) => Uint8Array,
): Storage {
  const uuid = () => kafkaUuid(random(16));
  return {
    clusterId: uuid(),
    voters: Object.fromEntries(votersOf(stack).map(({ nodeId }) => [nodeId, uuid()])),
  };
}

/** How the storage of a node is formatted. */
export function formatOf(
  { stack, placement }: Situation,
  { clusterId, voters = {} }: Storage,
  node: Broker | Controller,
): Format {
  const { config, data } = node.directories;
  const first = votersOf(stack).filter(({ nodeId }) => voters[nodeId] !== undefined);
  const initial = (voter: Voter) =>
    `${voter.nodeId}@${hostPort(quorumEndpoint(voter))}:${voters[voter.nodeId]}`;
  return {
    program: {
      type: "java",
      kafkaVersion: stack.kafkaVersion,
      mainClass: "kafka.tools.StorageTool",
      jvmFlags: [
        ...["-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"],
        ...LOCALE_FLAGS,
        ...hostsFlag(placement, node),
      ],
      args: [
        ...["format", "--config", placement.path(`${config}/server.properties`)],
        ...["--cluster-id", clusterId],
        // What an interruption left half done is done again.
        "--ignore-formatted",
        ...(first.some(({ nodeId }) => nodeId === node.nodeId)
          ? ["--initial-controllers", first.map(initial).join()]
          : ["--no-initial-controllers"]),
      ],
      heapMiB: 128,
    },
    // The tool writes it last.
    done: `${data}/meta.properties`,
  };
}
