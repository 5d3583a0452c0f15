// Alert rules about KRaft's quorum, and about how well nodes follow its log of metadata.
// This module is pure: no Deno APIs, no I/O.
import type { Alert } from "./alerts.ts";

const controller = "kafka_controller_kafkacontroller";
const metadata = "kafka_server_broker_metadata";

/**
 * PromQL for the number of voters that follow a leader or lead. Only nodes with the role of a
 * controller count active controllers; of them those that know no leader stand outside.
 */
export const VOTERS_IN_QUORUM = "count(kafka_server_raft_current_leader >= 0 and on (instance) " +
  `${controller}_activecontrollercount) or vector(0)`;

/** PromQL for the number of voters that there should be. */
export const VOTERS = "(max(kafka_server_raft_number_of_voters) or vector(1))";

/**
 * How far behind a node may be, in ms. The leader writes a record twice a second when nothing else
 * is written, so that time shows who does not follow, however little changes.
 */
const BEHIND_MS = 30_000;

/** In mode `kraft` only. */
export const KRAFT_ALERTS: readonly Alert[] = ([
  {
    name: "KRaftControllerDown",
    expr: 'up{job="kafka_controller"} == 0',
    for: "1m",
    severity: "critical",
    summary: "{{ $labels.instance }} is down",
    description: "{{ $labels.instance }} has answered no scrape for a minute (up is {{ $value }}).",
  },
  {
    name: "KRaftNoLeader",
    // Each node says whom it follows, -1: nobody. No node at all is no series.
    expr: "(max(kafka_server_raft_current_leader) or vector(-1)) < 0",
    for: "30s",
    severity: "critical",
    summary: "The quorum has no leader: topics and leaders cannot change",
    description: "No node knows a leader of the quorum (the leader's id is {{ $value }}).",
  },
  {
    name: "KRaftSeveralLeaders",
    // 1 on the quorum's leader and 0 on the others, so that only the sum tells.
    expr: `sum(${controller}_activecontrollercount) > 1`,
    for: "1m",
    severity: "critical",
    summary: "{{ $value }} controllers are active",
    description: "{{ $value }} controllers say that they lead the quorum; it must be one.",
  },
  {
    name: "KRaftVoterLagging",
    expr: `${controller}_lastappliedrecordlagms > ${BEHIND_MS}`,
    for: "1m",
    severity: "warning",
    summary: "{{ $labels.instance }} lags behind the quorum's leader",
    description:
      "The last record that the controller applied is {{ $value | humanize }} ms old; usual is " +
      "less than a second.",
  },
  {
    name: "KRaftBrokerLagging",
    expr: `${metadata}_last_applied_record_lag_ms > ${BEHIND_MS}`,
    for: "1m",
    severity: "warning",
    summary: "{{ $labels.instance }} works with old metadata",
    description: "The last record of metadata that the broker applied is " +
      "{{ $value | humanize }} ms old; usual is less than a second.",
  },
  {
    name: "KRaftFencedBroker",
    // Every controller counts them: a sum would be a multiple.
    expr: `max(${controller}_fencedbrokercount) > 0`,
    for: "2m",
    severity: "warning",
    summary: "{{ $value }} brokers are fenced",
    description: "{{ $value }} brokers are registered and send no heartbeats: they serve nobody.",
  },
  {
    name: "KRaftMetadataErrors",
    // Counted since the node started: what it failed to apply it lacks until it is restarted.
    expr: `${controller}_metadataerrorcount > 0 or ${metadata}_metadata_load_error_count > 0 or ` +
      `${metadata}_metadata_apply_error_count > 0`,
    for: "0s",
    severity: "critical",
    summary: "{{ $labels.instance }} failed to read or apply metadata",
    description:
      "{{ $labels.instance }} counted {{ $value }} errors since it started: it may work " +
      "with wrong metadata.",
  },
] as const).map((alert) => ({ ...alert, only: "kraft" }));
