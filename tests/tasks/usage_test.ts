import { assertEquals, assertStringIncludes } from "@std/assert";
import { deno } from "../e2e/_stack.ts";
import { machineTest } from "../_machine.ts";

/** Tasks that are commands of their own, not runs of Deno's tools. */
const TASKS = Object.entries(
  JSON.parse(await (await import("../../deno.json", { with: { type: "text" } })).default)
    .tasks as Record<string, { command: string }>,
).filter(([, { command }]) => command.includes("tasks/")).map(([name]) => name);

machineTest(
  "every task shows its help on stdout, with usage and an example, exit code 0",
  async () => {
    for (const name of TASKS) {
      const { code, stdout } = await deno(["task", "-q", name, "--help"]);
      assertEquals(code, 0, name);
      assertStringIncludes(stdout, `Usage: deno task ${name}`);
      assertStringIncludes(stdout, `Examples:\n  `);
      assertStringIncludes(stdout, "--help");
    }
  },
);

machineTest(
  "every task refuses a flag that it does not know with exit code 2 on stderr",
  async () => {
    for (const name of TASKS) {
      const { code, stdout, stderr } = await deno(["task", "-q", name, "--nonsense"]);
      assertEquals([name, code, stdout], [name, 2, ""]);
      assertStringIncludes(stderr, "Error: Unknown flag --nonsense");
    }
  },
);

machineTest("wrong use ends with exit code 2 and says what would be right", async () => {
  const dir = await Deno.makeTempDir();
  const cases: [string[], string][] = [
    [["up", "--brokrs", "3"], "Did you mean --brokers?"],
    [["up", "--brokers", "many"], '--brokers takes a whole number, not "many"'],
    [["up", "--brokers", "12"], "brokers.count: 12 is not a whole number from 1 to 9"],
    [["up", "--mode", "raft"], "--mode takes zookeeper, kraft"],
    [["up", "--port-offset", "60000"], "is over 65535"],
    [["stop", "kafak2"], "Did you mean kafka2?"],
    [["logs", "zookeper1"], "Did you mean zookeeper1?"],
    [["down", "--delete-data"], "Pass --yes"],
    [["topic:create", "--topic", "no spaces"], "no spaces"],
    [["topic:create", "--topic", ""], "--topic"],
    [["topic:create", "--partitions", "x"], "--partitions takes a whole number"],
    [["topic:alter", "--config", "nonsense"], "nonsense"],
    [["quorum:add"], "Which controller? Give --controller-id"],
    [["quorum:add", "--controller-id", "4", "--controller-endpoint", "c"], "no endpoint"],
    [["quorum:remove", "--controler-id", "3"], "Did you mean --controller-id?"],
    [["produce", "--topic", "a/b"], "a/b"],
    [["produce", "--compression", "zip"], "takes none, gzip, snappy, lz4, zstd"],
    [["consume", "--max-messages", "0"], "--max-messages must be at least 1"],
    [["top"], "Print it once: --once"],
    [["top", "--interval", "10ms"], "--interval must be at least 500"],
  ];
  try {
    for (const [args, text] of cases) {
      const { code, stderr } = await deno(["task", "-q", ...args], { env: { STACK_DIR: dir } });
      assertEquals([args, code, stderr.includes("    at ")], [args, 2, false], stderr);
      assertStringIncludes(stderr, text);
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

machineTest(
  "without a stack tasks end with exit code 3 and name the way to start one",
  async () => {
    const dir = await Deno.makeTempDir();
    try {
      for (
        const args of [
          ["status"],
          ["logs"],
          ["topic:list"],
          ["group:list"],
          ["quorum:describe"],
          ["produce"],
          [
            "consume",
          ],
          ["top", "--once"],
          ["top", "--json"],
        ]
      ) {
        const { code, stderr } = await deno(["task", "-q", ...args], { env: { STACK_DIR: dir } });
        assertEquals([args, code], [args, 3], stderr);
        assertStringIncludes(stderr, "deno task up");
      }
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
);

machineTest("a directory that cannot be written is named", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${dir}/file`, "");
    const { code, stderr } = await deno(["task", "-q", "up", "--dir", `${dir}/file/stack`]);
    assertEquals(code, 1);
    assertStringIncludes(stderr, `Cannot write ${dir}/file/stack`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
