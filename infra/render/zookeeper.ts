// zoo.cfg, myid and logging of one ZooKeeper.
// This module is pure: no Deno APIs, no I/O.
import { type Stack, urlHost, type ZooKeeper } from "../spec/mod.ts";
import { type Artifact, propertiesFile } from "./artifact.ts";
import { renderLog4j } from "./log4j.ts";
import type { Placement } from "./placement.ts";

/** The files of `zookeeper`. Keys are those of ZooKeeper's administrator's guide. */
export function renderZooKeeper(
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
    // ZooKeeper reads the whole file as a number, so it has no head line.
    { path: `${data}/myid`, content: `${zookeeper.id}\n` },
    renderLog4j("zookeeper", config, placement.path(log), placement.container !== undefined),
  ];
}
