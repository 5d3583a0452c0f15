// Topics in which Kafka keeps its own state, and what is lost with each.
// This module is pure: no Deno APIs, no I/O.

/** What is kept in each. Brokers mark only some of them as internal. */
const HOLDS: Readonly<Record<string, string>> = {
  __consumer_offsets:
    "the committed offsets of all consumer groups: without them each starts again where its auto.offset.reset " +
    "says, which skips records or reads all of them again",
  __transaction_state:
    "the state of all transactions: without it open ones stay open, consumers with " +
    "isolation.level=read_committed stop before them, and producers may write records twice",
  __share_group_state:
    "how far all share groups are: without it they skip records or read them again",
  __cluster_metadata: "all that the cluster knows: its topics, configs, users and ACLs",
  __remote_log_metadata: "where the segments in remote storage lie: without it they cannot be read",
};

/** Whether Kafka keeps its own state in a topic of that name, wherever it is marked so or not. */
export function isInternalName(topic: string): boolean {
  return Object.hasOwn(HOLDS, topic);
}

/** What a topic of Kafka's own holds, and what its loss does. */
export function internalHolds(topic: string): string {
  return isInternalName(topic) ? HOLDS[topic]! : "what Kafka needs for itself";
}

/** A change of one config or of the number of partitions. */
export interface InternalChange {
  /** Of the config, or `partitions`. */
  readonly name: string;
  /** `undefined`: back to the broker's setting. */
  readonly value: string | undefined;
}

/** What a change of a topic of Kafka's own does to what it holds. */
export function changeRisk({ name, value }: InternalChange): string {
  if (name === "partitions") {
    return "what is kept in the partitions that are there is looked for in others, and not found";
  }
  if (name === "cleanup.policy" && !value?.split(",").map((p) => p.trim()).includes("delete")) {
    return value === undefined ? DELETED : "it is compacted, as Kafka makes it";
  }
  if (name === "cleanup.policy" || /^retention\./.test(name)) return DELETED;
  if (/^(min\.insync\.replicas|unclean\.leader\.election\.enable)$/.test(name)) {
    return "what Kafka has acknowledged may be lost with a broker";
  }
  return "Kafka has its own setting for a reason";
}

const DELETED = "records that are older than its retention are deleted, the newest of a key too";
