// What makes the alerts about KRaft's quorum fire, and what is close to it and must not.

/** A series, and its samples one a minute in promtool's notation. */
export type Series = Readonly<Record<string, string>>;

/** What makes an alert fire, and what is close to it and must not. */
export interface Case {
  readonly name: string;
  readonly severity: "critical" | "warning";
  readonly fires: Series;
  /** When it is looked at; default 15m. */
  readonly at?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly description: string;
  readonly quiet: readonly Series[];
}

const CONTROLLER = "kafka_controller_kafkacontroller";
const METADATA = "kafka_server_broker_metadata";

const of = (metric: string, instance: string, job = "kafka") =>
  `${metric}{job="${job}",instance="${instance}"}`;
/** The same metric of kafka1 and kafka2. */
const both = (metric: string, first: string, second: string): Series => ({
  [of(metric, "kafka1")]: first,
  [of(metric, "kafka2")]: second,
});
const kafka1 = { job: "kafka", instance: "kafka1" };

export const KRAFT_CASES: readonly Case[] = [
  {
    name: "KRaftControllerDown",
    severity: "critical",
    fires: { [of("up", "controller1", "kafka_controller")]: "1x5 0x15" },
    labels: { job: "kafka_controller", instance: "controller1" },
    summary: "controller1 is down",
    description: "controller1 has answered no scrape for a minute (up is 0).",
    // The second is a restart; the third a broker, which has an alert of its own.
    quiet: [
      { [of("up", "controller1", "kafka_controller")]: "1x20" },
      { [of("up", "controller1", "kafka_controller")]: "1x14 0" },
      { [of("up", "kafka1")]: "1x5 0x15" },
    ],
  },
  {
    name: "KRaftNoLeader",
    severity: "critical",
    fires: both("kafka_server_raft_current_leader", "2x5 -1x15", "2x5 -1x15"),
    labels: {},
    summary: "The quorum has no leader: topics and leaders cannot change",
    description: "No node knows a leader of the quorum (the leader's id is -1).",
    // One node is cut off, and an election.
    quiet: [
      both("kafka_server_raft_current_leader", "2x20", "-1x20"),
      both("kafka_server_raft_current_leader", "1x14 -1", "1x14 -1"),
    ],
  },
  {
    name: "KRaftNoLeader",
    severity: "critical",
    // All nodes are gone, and their series with them.
    fires: both("kafka_server_raft_current_leader", "2x3 stale", "2x3 stale"),
    labels: {},
    summary: "The quorum has no leader: topics and leaders cannot change",
    description: "No node knows a leader of the quorum (the leader's id is -1).",
    quiet: [],
  },
  {
    name: "KRaftSeveralLeaders",
    severity: "critical",
    fires: both(`${CONTROLLER}_activecontrollercount`, "1x20", "0x5 1x15"),
    labels: {},
    summary: "2 controllers are active",
    description: "2 controllers say that they lead the quorum; it must be one.",
    // One of two; an election, in which two are looked at before and after it.
    quiet: [
      both(`${CONTROLLER}_activecontrollercount`, "1x20", "0x20"),
      both(`${CONTROLLER}_activecontrollercount`, "1x14 1", "0x14 1"),
    ],
  },
  {
    name: "KRaftVoterLagging",
    severity: "warning",
    fires: both(`${CONTROLLER}_lastappliedrecordlagms`, "0+20000x20", "0x20"),
    labels: kafka1,
    summary: "kafka1 lags behind the quorum's leader",
    description:
      "The last record that the controller applied is 300k ms old; usual is less than a second.",
    quiet: [
      both(`${CONTROLLER}_lastappliedrecordlagms`, "500x20", "30000x20"),
      both(`${CONTROLLER}_lastappliedrecordlagms`, "500x14 60000", "0x20"),
    ],
  },
  {
    name: "KRaftBrokerLagging",
    severity: "warning",
    fires: both(`${METADATA}_last_applied_record_lag_ms`, "0+20000x20", "0x20"),
    labels: kafka1,
    summary: "kafka1 works with old metadata",
    description: "The last record of metadata that the broker applied is 300k ms old; usual is " +
      "less than a second.",
    quiet: [
      both(`${METADATA}_last_applied_record_lag_ms`, "500x20", "30000x20"),
      both(`${METADATA}_last_applied_record_lag_ms`, "500x14 60000", "0x20"),
    ],
  },
  {
    name: "KRaftFencedBroker",
    severity: "warning",
    // Both controllers count the one broker.
    fires: both(`${CONTROLLER}_fencedbrokercount`, "1x20", "1x20"),
    labels: {},
    summary: "1 brokers are fenced",
    description: "1 brokers are registered and send no heartbeats: they serve nobody.",
    quiet: [
      both(`${CONTROLLER}_fencedbrokercount`, "0x20", "0x20"),
      both(`${CONTROLLER}_fencedbrokercount`, "0x13 1x2", "0x20"),
    ],
  },
  {
    name: "KRaftMetadataErrors",
    severity: "critical",
    fires: { [of(`${METADATA}_metadata_apply_error_count`, "kafka1")]: "0x14 1" },
    labels: kafka1,
    summary: "kafka1 failed to read or apply metadata",
    description: "kafka1 counted 1 errors since it started: it may work with wrong metadata.",
    quiet: [{ [of(`${METADATA}_metadata_apply_error_count`, "kafka1")]: "0x20" }],
  },
  {
    name: "KRaftMetadataErrors",
    severity: "critical",
    fires: {
      // Restarted: what it counted before is over.
      [of(`${METADATA}_metadata_load_error_count`, "kafka1")]: "2x10 0x10",
      [of(`${CONTROLLER}_metadataerrorcount`, "controller1", "kafka_controller")]: "3x20",
    },
    labels: { job: "kafka_controller", instance: "controller1" },
    summary: "controller1 failed to read or apply metadata",
    description: "controller1 counted 3 errors since it started: it may work with wrong metadata.",
    quiet: [],
  },
];
