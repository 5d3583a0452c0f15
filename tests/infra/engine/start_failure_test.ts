import { assertEquals } from "@std/assert";
import { explainEnd, lastRun } from "../../../infra/engine/start_failure.ts";
import text from "./start_failures.txt" with { type: "text" };

/** Logs of real brokers and ZooKeepers that were started wrongly, without most of their lines. */
const LOGS = new Map(
  text.split(/^=== /m).slice(1).map((part) => {
    const [name, ...lines] = part.split("\n");
    return [name!, lines.filter((line) => line !== "")] as const;
  }),
);

/** What is said of a log: its meaning, then the lines without their time. */
function said(name: string): (string | undefined)[] {
  const { lines, meaning } = explainEnd(LOGS.get(name)!);
  return [meaning, ...lines.map((line) => line.replace(/^\[.*?\] /, ""))];
}

const FATAL =
  "ERROR [KafkaServer id=1] Fatal error during KafkaServer startup. Prepare to shutdown " +
  "(kafka.server.KafkaServer)";

Deno.test("explainEnd() shows the first error and its innermost cause, and what they mean", () => {
  assertEquals(said("ulimit"), [
    "it may not open enough files",
    FATAL,
    "org.apache.kafka.common.KafkaException: java.io.IOException: Too many open files",
    "Caused by: java.io.IOException: Too many open files",
  ]);
  assertEquals(said("port"), [
    "127.0.0.1:21152 is in use by another process",
    "ERROR Unable to start acceptor for ListenerName(CLIENT) (kafka.network.DataPlaneAcceptor)",
    "org.apache.kafka.common.KafkaException: Socket server failed to bind to 127.0.0.1:21152: " +
    "Address already in use.",
    "Caused by: java.net.BindException: Address already in use",
  ]);
  assertEquals(said("locale"), [
    "its locale spoils names",
    "ERROR Exiting Kafka due to fatal exception (kafka.Kafka$)",
    "java.lang.IllegalArgumentException: No enum constant " +
    "org.apache.kafka.coordinator.group.Group.GroupType.CLASSİC",
  ]);
  assertEquals(said("zkconf"), [
    "its settings are not taken",
    "ERROR Invalid config, exiting abnormally (org.apache.zookeeper.server.quorum.QuorumPeerMain)",
    "org.apache.zookeeper.server.quorum.QuorumPeerConfig$ConfigException: Error processing " +
    "/srv/s/zookeeper/conf/zookeeper1/zoo.cfg",
    'Caused by: java.lang.NumberFormatException: For input string: "x"',
  ]);
});

Deno.test("explainEnd() names memory, settings and damaged data as such", () => {
  const meanings = Object.fromEntries(
    ["reserve", "heap", "config", "cluster", "epoch", "lock", "strangedir", "zknosnap"]
      .map((name) => [name, said(name)[0]]),
  );
  const data = "/srv/s/kafka/log/kafka1/log";
  assertEquals(meanings, {
    reserve: "the machine has not enough memory for it",
    heap: "its Java heap is too small",
    config: "Kafka does not take abc for num.partitions",
    cluster: `its data (${data}/meta.properties) is another cluster's`,
    epoch: `a file of its data is damaged: ${data}/t1-8/leader-epoch-checkpoint`,
    lock: `another Kafka uses its data in ${data}`,
    strangedir: `among its data lies a directory that is not Kafka's: ${data}/notatopic`,
    zknosnap: "its data is damaged: there is no snapshot of the ensemble's state",
  });
  assertEquals(said("reserve").slice(1), [
    "# There is insufficient memory for the Java Runtime Environment to continue.",
    "# Native memory allocation (mmap) failed to map 322122547200 bytes. Error detail: " +
    "committing reserved memory.",
  ]);
});

Deno.test("explainEnd() prefers an error to a warning that was survived, a JVM's last words to both", () => {
  const warned = LOGS.get("survived")!;
  assertEquals(said("survived")[0], undefined);
  assertEquals(said("survived")[2], 'java.lang.NumberFormatException: For input string: "here"');
  assertEquals(explainEnd([...warned, ...LOGS.get("lock")!]), explainEnd(LOGS.get("lock")!));
  assertEquals(
    explainEnd([...LOGS.get("lock")!, ...LOGS.get("heap")!]),
    explainEnd(LOGS.get("heap")!),
  );
});

Deno.test("explainEnd() shows the last lines where none says why", () => {
  const lines = Array.from({ length: 20 }, (_, n) => `[2026-11-25 10:00:00,000] INFO ${n} (x)`);
  assertEquals(explainEnd(lines), { lines: lines.slice(-8) });
  assertEquals(explainEnd([]), { lines: [] });
});

Deno.test("lastRun() leaves out the runs before", () => {
  const run = LOGS.get("locale")!;
  assertEquals(lastRun([...run, ...run]), run);
  assertEquals(lastRun(["a", "b"]), ["a", "b"]);
});
