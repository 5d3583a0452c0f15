// The ZooKeepers: zoo.cfg, myid, logging, checks.
// This module is pure: no Deno APIs, no I/O.
import { type Stack, urlHost, type ZooKeeper, zookeeperDirectories } from "../spec/mod.ts";
import { type Artifact, propertiesFile } from "./artifact.ts";
import type { Descriptor } from "./descriptor.ts";
import { renderExporter } from "./exporter.ts";
import { describeJvm, exporterPorts } from "./jvm.ts";
import { type LogFile, renderLogging } from "./logging.ts";
import type { Placement } from "./placement.ts";

const LOG_FILES: readonly LogFile[] = [{ appender: "server", file: "zookeeper.log" }];

/** Healthy: it has a role in the quorum. Bash alone, for the image has no curl. */
const healthScript = (port: number) => [
  "# Healthy: it has a role in the quorum.",
  `exec 3<> /dev/tcp/127.0.0.1/${port} || exit 1`,
  "printf srvr >&3",
  "while read -r line; do",
  '  case $line in "Mode: "*) exit 0 ;; esac',
  "done <&3",
  "exit 1",
];

/** The servers of the ensemble. */
export const zookeeper: Descriptor = {
  names: /^zookeeper\d+$/,
  roles: ["zookeeper"],
  after: [],
  layout: (name) => ({
    directories: zookeeperDirectories(name),
    former: [`zookeeper/tmp/${name}`],
    unmarked: { path: /\/myid$/, content: /^\d+\s*$/ },
  }),
  describe(situation) {
    const { stack, placement, monitoring } = situation;
    return stack.zookeepers.map((node) => {
      const { bind, host, client, quorum } = placement.zookeeper(node);
      const beside = stack.zookeepers.length > 1 && placement.container === undefined;
      const setting = `zookeepers.each[${node.id}]`;
      const open = (port: number, name: string) => {
        return { host: quorum.host, port, inside: port, setting: `${setting}.${name}` };
      };
      const address = placement.reach(host);
      return {
        ...describeJvm(situation, node, {
          mainClass: "org.apache.zookeeper.server.quorum.QuorumPeerMain",
          configFile: "zoo.cfg",
          logFile: LOG_FILES[0]!.file,
          besideHeapMiB: 160,
          job: "zookeeper",
        }),
        roles: ["zookeeper"],
        ports: {
          client: { ...host, inside: bind.port, setting: `${setting}.port` },
          ...(beside
            ? {
              quorum: open(quorum.port, "quorumPort"),
              election: open(quorum.electionPort, "electionPort"),
            }
            : {}),
          ...(monitoring ? exporterPorts(placement, node.exporterPort, setting) : {}),
        },
        address: { host: stack.advertisedHost, port: node.clientPort },
        inside: client,
        alive: { kind: "zookeeper-listens", address },
        ready: { kind: "zookeeper-role", address },
        health: { everySeconds: 2, ask: { script: healthScript(client.port) } },
        stopGraceMs: 10_000,
      };
    });
  },
  files({ name }, { stack, placement, exporters }) {
    const node = stack.zookeepers.find((one) => one.name === name)!;
    return [
      ...renderZooKeeper(stack, node, placement),
      ...(exporters ? [renderExporter(node, exporters.zookeeper)] : []),
    ];
  },
};

/** The files of `zookeeper`. Keys are those of ZooKeeper's administrator's guide. */
function renderZooKeeper(
  stack: Stack,
  zookeeper: ZooKeeper,
  placement: Placement,
): Artifact[] {
  const { config, data, log } = zookeeper.directories;
  const { bind } = placement.zookeeper(zookeeper);
  const ensemble = stack.zookeepers.map((z) => {
    const { host, port, electionPort } = placement.zookeeper(z).quorum;
    return [`server.${z.id}`, `${urlHost(host)}:${port}:${electionPort}`];
  });
  const own = {
    tickTime: 2000,
    initLimit: 10,
    syncLimit: 5,
    dataDir: placement.path(data),
    clientPortAddress: bind.host,
    clientPort: bind.port,
    maxClientCnxns: 0,
    // Off by default, and then the disk fills: keep the newest three snapshots.
    "autopurge.snapRetainCount": 3,
    "autopurge.purgeInterval": 1,
    // The web console would take port 8080.
    "admin.enableServer": false,
    // What readiness checks and monitoring ask.
    "4lw.commands.whitelist": "srvr,mntr,ruok,dump",
    // A lone server of an "ensemble" of one needs no quorum ports.
    ...(ensemble.length > 1 ? Object.fromEntries(ensemble) : {}),
  };
  return [
    { path: `${config}/zoo.cfg`, content: propertiesFile(own, zookeeper.config) },
    // ZooKeeper reads the whole file as a number.
    { path: `${data}/myid`, content: `${zookeeper.id}\n` },
    renderLogging(stack.kafkaVersion, {
      files: LOG_FILES,
      config,
      logDir: placement.path(log),
      toOutput: placement.container !== undefined,
    }),
  ];
}
