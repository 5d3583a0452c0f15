// All dashboards of a stack with ZooKeeper, in the order to read them.
// This module is pure: no Deno APIs, no I/O.
import { BROKERS } from "./brokers.ts";
import { CONSUMER_GROUPS } from "./consumer_groups.ts";
import { JVM } from "./jvm.ts";
import { OVERVIEW } from "./overview.ts";
import type { Dashboard } from "./panel.ts";
import { TOPICS } from "./topics.ts";
import { ZOOKEEPERS } from "./zookeeper.ts";

/** Overview first: it says which of the others to open. */
export const DASHBOARDS: readonly Dashboard[] = [
  OVERVIEW,
  BROKERS,
  TOPICS,
  CONSUMER_GROUPS,
  ZOOKEEPERS,
  JVM,
];
