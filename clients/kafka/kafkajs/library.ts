// The door to kafkajs: the only file that imports it, and that applies the patches in `patches/`.
import type { LogEntry } from "kafkajs";
import { patchCutAnswers } from "./patches/cut_answers.ts";
import { fixEnvironment } from "./patches/environment.ts";
import { patchIdleTimers } from "./patches/idle_timers.ts";
import { patchIpv6Addresses } from "./patches/ipv6_addresses.ts";
import { patchMissingLeaders } from "./patches/missing_leaders.ts";
import { patchNullHeaderValues } from "./patches/null_header_values.ts";
import { patchOtherProtocols } from "./patches/other_protocols.ts";
import { patchPartitionErrors } from "./patches/partition_errors.ts";
import { patchProduce } from "./patches/unacknowledged_records.ts";
import { patchVarints } from "./patches/varints.ts";

export type { Admin, Kafka, KafkaConfig, LogEntry, Producer } from "kafkajs";

/** Patches what every part of kafkajs stands on. */
async function patchBasics() {
  fixEnvironment();
  const [queue, encoder, connection] = await Promise.all([
    import("kafkajs/src/network/requestQueue/index.js"),
    import("kafkajs/src/protocol/encoder.js"),
    import("kafkajs/src/network/connection.js"),
  ]);
  patchIdleTimers(queue.default.prototype);
  patchVarints(encoder.default.prototype);
  patchNullHeaderValues(encoder.default.prototype);
  patchIpv6Addresses(connection.default.prototype);
  patchCutAnswers(connection.default.prototype);
  patchOtherProtocols(connection.default.prototype);
}

let basics: ReturnType<typeof patchBasics> | undefined;

async function loadClients() {
  await (basics ??= patchBasics());
  const [{ default: kafkajs }, { addCompressionCodecs }, cluster, broker, metadata] = await Promise
    .all([
      import("kafkajs"),
      import("./patches/compression_codecs.ts"),
      import("kafkajs/src/cluster/index.js"),
      import("kafkajs/src/broker/index.js"),
      import("kafkajs/src/protocol/requests/metadata/index.js"),
    ]);
  patchMissingLeaders(cluster.default.prototype);
  patchProduce(broker.default.prototype);
  patchPartitionErrors(metadata.default);
  addCompressionCodecs(kafkajs.CompressionCodecs);
  return kafkajs;
}

let clients: ReturnType<typeof loadClients> | undefined;

/** kafkajs, patched. */
export function kafkajs(): ReturnType<typeof loadClients> {
  return clients ??= loadClients();
}

async function loadNetwork() {
  await (basics ??= patchBasics());
  const [broker, pool, protocol, apiKeys, alterConfigs, error, encoder, assigner, loggers] =
    await Promise.all([
      import("kafkajs/src/broker/index.js"),
      import("kafkajs/src/network/connectionPool.js"),
      import("kafkajs/src/protocol/requests/index.js"),
      import("kafkajs/src/protocol/requests/apiKeys.js"),
      import("kafkajs/src/protocol/requests/alterConfigs/v0/response.js"),
      import("kafkajs/src/protocol/error.js"),
      import("kafkajs/src/protocol/encoder.js"),
      import("kafkajs/src/consumer/assignerProtocol.js"),
      import("kafkajs/src/loggers/index.js"),
    ]);
  const { createLogger, LEVELS } = loggers.default;
  return {
    Broker: broker.default,
    ConnectionPool: pool.default,
    requests: protocol.default.requests,
    apiKeys: apiKeys.default,
    alterConfigsResponse: alterConfigs.default,
    createErrorFromCode: error.default.createErrorFromCode,
    Encoder: encoder.default,
    MemberAssignment: assigner.default.MemberAssignment,
    MemberMetadata: assigner.default.MemberMetadata,
    logger: createLogger({ level: LEVELS.NOTHING, logCreator: () => () => {} }),
    createLogger: (sink: (entry: LogEntry) => void) =>
      createLogger({ level: LEVELS.INFO, logCreator: () => sink }),
  };
}

let networkParts: ReturnType<typeof loadNetwork> | undefined;

/**
 * The parts of kafkajs below its clients, patched, for `connection/broker.ts`. Half the import of the
 * whole, and without the requests that its clients make on their own.
 */
export function network(): ReturnType<typeof loadNetwork> {
  return networkParts ??= loadNetwork();
}
