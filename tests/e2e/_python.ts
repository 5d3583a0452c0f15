// Python with confluent-kafka, for what no other client here can make: transactions.
import { denoHost } from "../../infra/engine/host/deno_host.ts";

const mayRun = Deno.permissions.querySync({ name: "run" }).state === "granted";

/** The interpreter: `.ci/run` makes one and hands over its path. */
const PYTHON = mayRun && Deno.env.get("KAFKA_STACK_TEST_PYTHON") || "python3";

/** What a test that needs it lacks on this machine. */
export async function lacksConfluentKafka(): Promise<string | undefined> {
  const { code } = await denoHost.run(PYTHON, ["-c", "import confluent_kafka"]);
  if (code !== 0) return "python3 with confluent-kafka (KAFKA_STACK_TEST_PYTHON): not found";
}

/**
 * Runs `tests/e2e/transactions.py` into partition 0 of a topic.
 *
 * @returns The values that a reader of committed records must see, in order.
 */
export async function runTransactions(
  bootstrapServers: string,
  topic: string,
  codecs: readonly string[],
): Promise<string[]> {
  const script = new URL("transactions.py", import.meta.url).pathname;
  const { code, stdout, stderr } = await denoHost.run(
    PYTHON,
    [script, bootstrapServers, topic, ...codecs],
    { timeoutMs: 300_000 },
  );
  if (code !== 0) throw new Error(`transactions.py: ${code}\n${stderr}`);
  return stdout.split("\n").filter((line) => line !== "");
}
