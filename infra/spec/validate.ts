// Every problem of a spec at once, each with its path.
// This module is pure: no Deno APIs, no I/O.
import type {
  BrokersSpec,
  DockerSpec,
  GroupSpec,
  MonitoringSpec,
  NodeSpec,
  Problem,
  Properties,
} from "./types.ts";
import type { StackSpec } from "./types.ts";
import { isHostName, isIpAddress, isIpv4, isWildcard } from "./address.ts";
import { checkShape } from "./shape.ts";
import { DEFAULT_KAFKA_VERSION, KAFKA_VERSIONS, modeProblem } from "./versions.ts";

type Report = (path: string, reason: string) => void;
type Group = "zookeepers" | "controllers" | "brokers";

/** Those of every Kafka node. */
const KAFKA_OWNED = {
  "broker.id": "the node's place in the stack",
  "node.id": "the node's place in the stack",
  "process.roles": "mode and controllers",
  "listeners": "each[id].port and bindAddress",
  "advertised.listeners": "advertisedHost",
  "listener.security.protocol.map": "the listeners",
  "inter.broker.listener.name": "the listeners",
  "controller.listener.names": "the listeners",
  "controller.quorum.bootstrap.servers": "the controllers",
  "controller.quorum.voters": "the controllers",
  "log.dir": "the stack's directories",
  "log.dirs": "the stack's directories",
  "metadata.log.dir": "the stack's directories",
  "num.partitions": "brokers.partitions",
  "default.replication.factor": "brokers.replicationFactor",
  "min.insync.replicas": "brokers.minInsyncReplicas",
};

/** Properties that follow from the description: to set them by hand would break it. */
const OWNED: Record<Group, Record<string, string>> = {
  zookeepers: {
    dataDir: "the stack's directories",
    dataLogDir: "the stack's directories",
    clientPort: "each[id].port",
    clientPortAddress: "bindAddress",
  },
  controllers: KAFKA_OWNED,
  brokers: {
    ...KAFKA_OWNED,
    "zookeeper.connect": "the ensemble",
    "log.retention.hours": "brokers.retentionHours",
  },
};

/** Heap sizes in MiB that a JVM of this kind starts with. */
const MIN_HEAP_MIB = { zookeepers: 32, controllers: 64, brokers: 128 };

/** `512m` → 512, `2g` → 2048; `undefined` when it is not such a size. */
export function heapMiB(size: string): number | undefined {
  const [, digits, unit] = /^(\d{1,6})([mg])$/i.exec(size) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits) * (unit!.toLowerCase() === "g" ? 1024 : 1);
}

/** Problems that the spec shows by itself. */
export function validateSpec(written: StackSpec): Problem[] {
  const { problems, spec } = checkShape(written);
  const report: Report = (path, reason) => problems.push({ path, reason });
  if (spec.name !== undefined && !/^[a-z0-9][a-z0-9_-]{0,62}$/.test(spec.name)) {
    report("name", `"${spec.name}" is not a name: 1 to 63 of a-z, 0-9, - and _`);
  }
  checkMode(spec, report);
  if (spec.dir !== undefined && (spec.dir.trim() === "" || /[\0\n\r]/.test(spec.dir))) {
    report("dir", `${JSON.stringify(spec.dir)} is not a directory's name`);
  }
  checkAddresses(spec, report);
  whole(spec.portOffset, "portOffset", 0, 60_000, report);
  const { zookeepers = {}, controllers = {}, brokers = {} } = spec;
  odd(zookeepers.count, "zookeepers.count", report);
  odd(controllers.count, "controllers.count", report);
  whole(brokers.count, "brokers.count", 1, 9, report);
  checkGroup("zookeepers", zookeepers, report);
  checkGroup("controllers", controllers, report);
  checkGroup("brokers", brokers, report);
  checkReplication(brokers, report);
  checkDocker(spec.docker ?? {}, report);
  checkMonitoring(spec.monitoring ?? {}, report);
  return problems;
}

function checkMode({ mode = "zookeeper", kafkaVersion, ...groups }: StackSpec, report: Report) {
  if (mode !== "zookeeper" && mode !== "kraft") {
    return report("mode", `"${mode}" is neither "zookeeper" nor "kraft"`);
  }
  const [other, instead] = mode === "kraft"
    ? ["zookeepers", "zookeeper"] as const
    : ["controllers", "kraft"] as const;
  if (groups[other] !== undefined) {
    report(other, `there are none in mode "${mode}": take them out, or set mode to "${instead}"`);
  }
  if (kafkaVersion === undefined) return;
  const problem = modeProblem(mode, kafkaVersion);
  if (!KAFKA_VERSIONS.includes(kafkaVersion)) {
    report("kafkaVersion", `"${kafkaVersion}" is none of ${KAFKA_VERSIONS.join(", ")}`);
  } else if (problem !== undefined) {
    const fit = DEFAULT_KAFKA_VERSION[mode];
    report("kafkaVersion", `${problem}: use ${fit}, or set mode to "${instead}"`);
  }
}

/** How many servers decide by majority. */
function odd(count: number | undefined, path: string, report: Report) {
  if (count === undefined || [1, 3, 5].includes(count)) return;
  report(
    path,
    count > 0 && count % 2 === 0
      ? `${count} is even: it survives no more failures than ${count - 1}; use 1, 3 or 5`
      : `${count} is not 1, 3 or 5`,
  );
}

function whole(
  value: number | undefined,
  path: string,
  min: number,
  max: number,
  report: Report,
) {
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return;
  report(path, `${value} is not a whole number from ${min} to ${max}`);
}

function checkAddresses(spec: StackSpec, report: Report) {
  const { bindAddress = "127.0.0.1", advertisedHost } = spec;
  if (!isIpAddress(bindAddress)) {
    report("bindAddress", `"${bindAddress}" is not an IP address`);
  } else if (isWildcard(bindAddress) && advertisedHost === undefined) {
    report(
      "advertisedHost",
      `is needed with bindAddress ${bindAddress}: which name do clients use?`,
    );
  }
  if (advertisedHost === undefined) return;
  if (!isIpAddress(advertisedHost) && !isHostName(advertisedHost)) {
    report("advertisedHost", `"${advertisedHost}" is not a host name or address`);
  } else if (isWildcard(advertisedHost)) {
    report("advertisedHost", `${advertisedHost} is no address that a client can connect to`);
  }
}

function checkDocker({ images = {}, subnet }: DockerSpec, report: Report) {
  for (const [name, image] of Object.entries(images)) {
    const path = `docker.images.${name}`;
    if (!/^[\w][\w./:@-]*$/.test(image)) report(path, `"${image}" is not an image's name`);
    else if (!/(:(?!latest$)[\w][\w.-]*|@sha256:[0-9a-f]{64})$/.test(image)) {
      report(path, `"${image}" names no version: add a tag other than latest, or a digest`);
    }
  }
  const [, address = "", bits] = /^([\d.]+)\/(\d{1,2})$/.exec(subnet ?? "") ?? [];
  if (subnet !== undefined && !(isIpv4(address) && Number(bits) >= 8 && Number(bits) <= 28)) {
    report("docker.subnet", `"${subnet}" is not an address range like 172.30.7.0/24`);
  }
}

function checkMonitoring(spec: MonitoringSpec, report: Report) {
  const { scrapeIntervalSeconds, metrics, retention, prometheusPort, grafanaPort } = spec;
  whole(scrapeIntervalSeconds, "monitoring.scrapeIntervalSeconds", 1, 120, report);
  if (metrics !== undefined && metrics !== "used" && metrics !== "all") {
    report("monitoring.metrics", `"${metrics}" is neither "used" nor "all"`);
  }
  if (retention !== undefined && !/^[1-9]\d{0,4}[hdwy]$/.test(retention)) {
    report("monitoring.retention", `"${retention}" is not a time like 12h, 15d, 4w or 1y`);
  }
  whole(prometheusPort, "monitoring.prometheusPort", 1, 65_535, report);
  whole(grafanaPort, "monitoring.grafanaPort", 1, 65_535, report);
}

function checkGroup(kind: Group, group: GroupSpec, report: Report) {
  checkNode(kind, kind, group, report);
  for (const [id, node] of Object.entries(group.each ?? {})) {
    const path = `${kind}.each[${id}]`;
    if (!(Number(id) >= 1 && Number(id) <= (group.count ?? 3))) {
      report(path, `there are only ${group.count ?? 3} ${kind}`);
    }
    checkNode(kind, path, node, report);
    whole(node.port, `${path}.port`, 1, 65_535, report);
  }
}

function checkNode(kind: Group, path: string, node: NodeSpec, report: Report) {
  if (node.heap !== undefined) {
    const size = heapMiB(node.heap);
    const min = MIN_HEAP_MIB[kind];
    if (size === undefined) report(`${path}.heap`, `"${node.heap}" is not a size like 512m or 2g`);
    else if (size < min) report(`${path}.heap`, `"${node.heap}" is below ${min}m`);
  }
  for (const [key, value] of Object.entries(node.config ?? {})) {
    const at = `${path}.config["${key}"]`;
    const source = OWNED[kind][key] ?? (/^server\.\d+$/.test(key) ? "the ensemble" : undefined);
    if (source) report(at, `follows from ${source}: set it there`);
    else if (!/^[A-Za-z0-9._-]+$/.test(key)) report(at, "is not a property's name");
    else if (/[\n\r\0]/.test(String(value))) report(at, "must be one line");
  }
}

function checkReplication(brokers: BrokersSpec, report: Report) {
  const count = brokers.count ?? 3;
  whole(brokers.partitions, "brokers.partitions", 1, 10_000, report);
  whole(brokers.retentionHours, "brokers.retentionHours", 1, 876_000, report);
  const factor = brokers.replicationFactor ?? Math.min(3, count);
  const minIsr = brokers.minInsyncReplicas;
  if (!Number.isInteger(factor) || factor < 1) {
    report("brokers.replicationFactor", `${factor} is not a whole number from 1 on`);
  } else if (factor > count) {
    report("brokers.replicationFactor", `${factor} is over the number of brokers, ${count}`);
  }
  if (minIsr !== undefined && (!Number.isInteger(minIsr) || minIsr < 1)) {
    report("brokers.minInsyncReplicas", `${minIsr} is not a whole number from 1 on`);
  } else if (minIsr !== undefined && minIsr > factor) {
    report("brokers.minInsyncReplicas", `${minIsr} is over the replication factor, ${factor}`);
  }
  const all: [string, Properties][] = [
    ["brokers", brokers.config ?? {}],
    ...Object.entries(brokers.each ?? {}).map(([id, node]): [string, Properties] => [
      `brokers.each[${id}]`,
      node.config ?? {},
    ]),
  ];
  for (const [path, config] of all) {
    for (
      const topic of ["offsets.topic", "transaction.state.log", "share.coordinator.state.topic"]
    ) {
      const key = `${topic}.replication.factor`;
      const own = Number(config[key] ?? factor);
      if (key in config && own > count) {
        report(`${path}.config["${key}"]`, `${own} is over the number of brokers, ${count}`);
      }
      const isrKey = `${topic}.min.isr`;
      if (isrKey in config && Number(config[isrKey]) > own) {
        report(
          `${path}.config["${isrKey}"]`,
          `${config[isrKey]} is over the replication factor, ${own}`,
        );
      }
    }
  }
}
