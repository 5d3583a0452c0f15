// The KRaft controllers that are no brokers.
// This module is pure: no Deno APIs, no I/O.
import { kafkaDirectories, quorumEndpoint } from "../spec/mod.ts";
import type { Descriptor } from "./descriptor.ts";
import { exporterPorts } from "./jvm.ts";
import { describeKafka, renderKafka, topicDefaults } from "./kafka_node.ts";
import { controllerDefaults, controllerPorts, quorumProperties } from "./quorum.ts";

/** Healthy: it knows the quorum's leader. Bash alone, for the image has no curl. */
const healthScript = (port: number) => [
  "# Healthy: it knows the quorum's leader.",
  `exec 3<> /dev/tcp/127.0.0.1/${port} || exit 1`,
  "# DescribeCluster request, version 1, of the controllers: its answer holds the leader's id, or -1.",
  String.raw`printf '\0\0\0\016\0\074\0\1\0\0\0\0\377\377\0\0\2\0' >&3`,
  "# Before it: 4 bytes of length, 13 of header, time, errors and kind, 23 of the cluster's id.",
  "leader=$(dd bs=1 skip=40 count=4 <&3 2> /dev/null | od -An -tx1 | tr -d ' \\n')",
  "[[ $leader =~ ^[0-7] ]]",
];

/** The controllers. */
export const controller: Descriptor = {
  names: /^controller\d+$/,
  roles: ["controller"],
  after: [],
  layout: (name) => ({ directories: kafkaDirectories(name) }),
  describe(situation) {
    const { stack, placement, monitoring } = situation;
    return stack.controllers.map((node) => {
      const setting = `controllers.each[${node.id}]`;
      const address = placement.reach(placement.controller(node.controllerPort).host);
      return {
        ...describeKafka(situation, node, { besideHeapMiB: 256, job: "kafka_controller" }),
        roles: ["controller"],
        ports: {
          ...controllerPorts(situation, node, `${setting}.port`),
          ...(monitoring ? exporterPorts(placement, node.exporterPort, setting) : {}),
        },
        address,
        inside: quorumEndpoint(node),
        alive: { kind: "port-open", address },
        ready: { kind: "port-open", address },
        health: { everySeconds: 5, ask: { script: healthScript(node.controllerPort) } },
        // The last one that stops looks for the others in vain, for 5 s.
        stopGraceMs: 30_000,
      };
    });
  },
  files({ name }, situation) {
    const { stack, placement } = situation;
    const node = stack.controllers.find((one) => one.name === name)!;
    return renderKafka(situation, node, {
      ...quorumProperties(situation, node, []),
      "log.dirs": placement.path(node.directories.data),
      ...topicDefaults(stack),
      ...controllerDefaults,
    });
  },
};
