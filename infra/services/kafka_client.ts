// The container with the clients: it waits for commands. Only where services run in containers.
// This module is pure: no Deno APIs, no I/O.
import type { Descriptor } from "./descriptor.ts";
import { innerServers } from "./kafka.ts";
import { hostPort } from "./placement.ts";

/** Name of the service. */
export const CLIENT = "kafka_client";

/** The clients' container. */
export const kafkaClient: Descriptor = {
  names: /^kafka_client$/,
  roles: ["client"],
  after: [{ role: "broker", until: "started" }],
  layout: () => ({ directories: {} }),
  describe({ stack, placement }) {
    const { container, zookeeper } = placement;
    if (!container) return [];
    const servers = innerServers(stack, placement);
    return [{
      name: CLIENT,
      roles: ["client"],
      ports: {},
      directories: {},
      reads: [],
      container: container(CLIENT, "client"),
      // The original's names; the clients read them.
      environment: {
        KAFKA_HOST: servers,
        BOOTSTRAP_SERVERS: servers,
        KAFKA_TOPIC: "test-topic",
        CONSUMER_GROUP: "flinox",
        ...(stack.mode === "zookeeper"
          ? { ZOOKEEPER_HOST: stack.zookeepers.map((z) => hostPort(zookeeper(z).client)).join() }
          : {}),
      },
      memoryMiB: 1024,
      stopGraceMs: 1000,
      passwordFiles: [],
    }];
  },
};
