// Changes of size, and what lies in the data directories: nothing is hidden, nothing forgotten.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { withProject } from "./_project.ts";
import { e2eTest, engineTest, type TestStack, until, withStack } from "./_stack.ts";

const NUMBERS = (count: number) => Array.from({ length: count }, (_, i) => `${i}`).join("\n");

/** Reads all records of `topic` as a new group: so many there are. */
async function readAll(stack: TestStack, topic: string, expected: number) {
  const { stdout, stderr } = await stack.task(
    "consume",
    ...["--topic", topic, "--latest=false", "--consumer", crypto.randomUUID()],
    ...["--max-messages", String(expected), "--timeout-ms", "20000", "--format", "%v\\n"],
  );
  assertEquals(stdout.split("\n").filter((line) => line !== "").length, expected, stderr);
}

/** `brokers` of the flags that are remembered. */
async function rememberedBrokers({ dir }: TestStack): Promise<number | undefined> {
  return JSON.parse(await Deno.readTextFile(`${dir}/stack.json`)).overrides.brokers;
}

/** Runs a line that a hint shows, as a user pastes it. */
async function paste(stack: TestStack, root: string, line: string) {
  const task = `"${Deno.execPath()}" task -q`;
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", line.replaceAll("deno task", task)],
    cwd: root,
    env: { STACK_DIR: stack.dir, NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  assertEquals(code, 0, text.decode(stdout) + text.decode(stderr));
}

await engineTest(
  "native",
  "brokers with partitions stay: nothing is stopped, written or remembered; moved, they may leave",
  async () => {
    await withProject(async ({ root, edit }) => {
      await edit('count: 3,\n    heap: "128m"', 'count: 1,\n    heap: "128m"');
      await edit('count: 3,\n    heap: "512m"', 'count: 5,\n    heap: "512m"');
      const options = { root, up: false };
      await withStack(options, async (stack) => {
        await stack.ok("up", "--without", "monitoring");
        await stack.ok(
          "topic:create",
          "--topic",
          "t",
          "--partitions",
          "5",
          "--replication-factor",
          "1",
        );
        await stack.ok("produce", "--topic", "t", { stdin: NUMBERS(5000) });
        const pids = await stack.pids();

        const flag = await stack.task("up", "--brokers", "1");
        assertEquals(flag.code, 1, flag.stdout + flag.stderr);
        assertStringIncludes(flag.stderr, "kafka2, kafka3, kafka4, kafka5 would leave the stack");
        assertEquals(await rememberedBrokers(stack), undefined);
        assertEquals((await stack.task("up", "--brokers", "3", "--dry-run")).code, 1);

        await edit("count: 5", "count: 3");
        for (
          const [name, ...args] of [["up"], ["render"], ["start", "kafka1"], ["restart", "kafka1"]]
        ) {
          const refused = await stack.task(name!, ...args);
          assertEquals(refused.code, 1, refused.stderr);
          assertStringIncludes(refused.stderr, "kafka4, kafka5 would leave the stack");
          assert(/ t-\d \(only there\), t-\d \(only there\)/.test(refused.stderr), refused.stderr);
          assertStringIncludes(refused.stderr, "deno task up --brokers 5");
        }
        assertEquals(await stack.pids(), pids);
        await readAll(stack, "t", 5000);

        // Stopped, the directories are asked.
        await stack.ok("down");
        const stopped = await stack.task("up");
        assertEquals(stopped.code, 1, stopped.stdout + stopped.stderr);
        assert(/ t-\d \(only there\), t-\d \(only there\)/.test(stopped.stderr), stopped.stderr);
        assertEquals(await stack.pids(), {});

        await stack.ok("up", "--brokers", "5");
        await readAll(stack, "t", 5000);
        const { stderr } = await stack.task("up", "--brokers", "3");
        const [command] = /echo '[^]*--execute/.exec(stderr)!;
        await paste(stack, root, command!);
        let last = "";
        await until("the partitions are moved", async () => {
          const { code, stderr } = await stack.task("up", "--brokers", "3");
          last = stderr;
          return code === 0;
        }).catch((error) => Promise.reject(new Error(`${error.message}\n${last}`)));
        assertEquals(Object.keys(await stack.pids()).length, 4);
        await readAll(stack, "t", 5000);

        // Transactions go on with one broker down: two of three replicas are enough.
        await stack.ok("stop", "kafka2");
        const servers = `127.0.0.1:${9092 + stack.portOffset}`;
        const perf = await stack.ok(
          "shell",
          ...["--", "kafka-producer-perf-test", "--topic", "t", "--num-records", "100"],
          ...["--record-size", "10", "--throughput", "-1", "--transactional-id", "x"],
          ...["--producer-props", `bootstrap.servers=${servers}`, "max.block.ms=30000"],
        );
        assertStringIncludes(perf.stdout, "100 records sent");
        await stack.ok("start", "kafka2");
      });
    });
  },
);

await e2eTest(
  "the number of ZooKeepers changes to and fro, and no acknowledged record is lost",
  async (engine) => {
    await withProject(async ({ root, edit }) => {
      await withStack({ engine, root, up: false }, async (stack) => {
        let size = 3;
        const up = async (to: number) => {
          if (to !== size) {
            await edit(`count: ${size},\n    heap: "128m"`, `count: ${to},\n    heap: "128m"`);
          }
          size = to;
          const args = ["--brokers", "1", "--without", "monitoring"];
          return (await stack.ok("up", ...args)).stderr;
        };
        await up(3);
        assertStringIncludes(
          await up(1),
          "its data is set aside: zookeeper/data/zookeeper3.set-aside-",
        );
        await stack.ok("topic:create", "--topic", "kept", "--partitions", "2");
        await stack.ok("produce", "--topic", "kept", { stdin: NUMBERS(3000) });
        // On Docker the same files are moved: a shorter way is enough.
        for (const to of engine === "docker" ? [3, 1, 3] : [3, 5, 1, 5]) {
          await up(to);
          const names = Object.keys(await stack.pids()).filter((name) => name.startsWith("zoo"));
          assertEquals(names.length, to);
          const topics = JSON.parse((await stack.ok("topic:list", "--json")).stdout);
          assertEquals(topics.map(({ topic }: { topic: string }) => topic), ["kept"]);
        }
        await readAll(stack, "kept", 3000);
        const [, ...others] = [...Array(size).keys()].map((id) => `zookeeper${id + 1}`);
        // Any majority knows the topic, also one without the first.
        await stack.ok("down");
        const majority = others.slice(0, Math.floor(size / 2) + 1);
        await stack.ok("start", ...majority);
        await stack.ok("start", "kafka1");
        await readAll(stack, "kept", 3000);
        await edit(`count: ${size},\n    heap: "128m"`, 'count: 1,\n    heap: "128m"');
        for (const name of ["render", "start"]) {
          const refused = await stack.task(name);
          assertEquals(refused.code, 1, refused.stdout + refused.stderr);
          assertStringIncludes(refused.stderr, `is one of ${size}, and its data has to be moved`);
        }
      });
    });
  },
);

await engineTest(
  "native",
  "data that is another's, damaged or gone is named with what only it holds; a frozen broker too",
  async () => {
    await withProject(async ({ root, edit }) => {
      await edit('count: 3,\n    heap: "128m"', 'count: 1,\n    heap: "128m"');
      await withStack(
        { root, args: ["--brokers", "2"] },
        async (stack) => {
          const create = (topic: string, factor: number) =>
            stack.ok(
              ...["topic:create", "--topic", topic, "--partitions", "2"] as const,
              ...["--replication-factor", String(factor)],
            );
          await create("once", 1);
          await create("twice", 2);
          for (const topic of ["once", "twice"]) {
            for (const partition of ["0", "1"]) {
              const to = ["--topic", topic, "--partition", partition];
              await stack.ok("produce", ...to, { stdin: NUMBERS(100) });
            }
          }
          const describe = async (topic: string) =>
            JSON.parse((await stack.ok("topic:describe", "--topic", topic, "--json")).stdout)[0]
              .partitions as { partition: number; leader: number }[];
          const on = async (id: number) =>
            `once-${(await describe("once")).find(({ leader }) => leader === id)!.partition}`;
          const [onFirst, onSecond] = [await on(1), await on(2)];
          const data = (id: number) => `${stack.dir}/kafka/log/kafka${id}/log`;

          // A broker that is frozen is registered, and accepts connections.
          const { kafka2 } = await stack.pids();
          Deno.kill(kafka2!, "SIGSTOP");
          const frozen = await stack.task("status");
          const doctor = await stack.task("doctor");
          Deno.kill(kafka2!, "SIGCONT");
          assertEquals(frozen.code, 3, frozen.stdout + frozen.stderr);
          assertStringIncludes(frozen.stderr, "kafka2: does not answer (no answer in time)");
          assertStringIncludes(doctor.stdout, `kill -CONT ${kafka2}`);
          await stack.ok("up");

          await stack.ok("down");
          const meta = `${data(1)}/meta.properties`;
          const right = await Deno.readTextFile(meta);
          const [, id] = /cluster\.id=(.*)/.exec(right)!;
          await Deno.writeTextFile(
            meta,
            right.replace(/cluster\.id=.*/, "cluster.id=AAAAAAAAAAAAAAAAAAAAAA"),
          );
          const wrong = await stack.task("up");
          assertEquals(wrong.code, 1, wrong.stdout + wrong.stderr);
          assertStringIncludes(wrong.stderr, "kafka1's data says that it belongs to cluster AAAA");
          assertStringIncludes(wrong.stderr, `the stack's cluster is ${id} (by stack.json)`);
          assertStringIncludes(
            wrong.stderr,
            `only there are the records of 1 partition: ${onFirst}`,
          );
          await Deno.writeTextFile(meta, "");
          const damaged = await stack.task("up");
          assertEquals(damaged.code, 1, damaged.stdout + damaged.stderr);
          assertStringIncludes(damaged.stderr, `${meta} is damaged: it has no cluster.id`);
          assertStringIncludes(damaged.stderr, `broker.id=1\n    cluster.id=${id}`);
          await Deno.writeTextFile(meta, right);

          // The last to end is the only one in sync: started empty, it would lead the others' copies.
          await stack.ok("up");
          await stack.ok("stop", "kafka1");
          await stack.ok("down");
          await Deno.remove(data(2), { recursive: true });
          const before = await stack.task("doctor");
          assertStringIncludes(before.stdout, `kafka2's data directory is gone (${data(2)})`);
          const gone = await stack.task("up");
          assertEquals(gone.code, 1, gone.stdout + gone.stderr);
          assertStringIncludes(gone.stderr, "no other broker is known to have all records of");
          assertEquals(Object.keys(await stack.pids()), ["kafka1", "zookeeper1"]);
          assertEquals((await stack.task("start", "kafka2")).code, 1);
          const [election] = /deno task shell .*-- kafka-leader-election.*/.exec(gone.stderr)!;
          // It fails for the partitions that no other broker has.
          await paste(stack, root, `${election} || true`);
          assertEquals((await stack.task("up")).code, 1);
          const anew = await stack.ok("start", "kafka2");
          assertStringIncludes(anew.stderr, `1 partition begins empty: ${onSecond}`);
          await readAll(stack, "twice", 200);
          await stack.ok("up");

          // Deleted under the broker that runs; then this ends by itself, as after a failed write.
          // Frozen, so that it does not find out before it is looked at.
          Deno.kill((await stack.pids()).kafka2!, "SIGSTOP");
          await Deno.remove(data(2), { recursive: true });
          const deleted = await stack.task("up");
          assertEquals(deleted.code, 1, deleted.stdout + deleted.stderr);
          assertStringIncludes(deleted.stderr, "kafka2 runs, but its data directory was deleted");
          assertStringIncludes(deleted.stderr, `only there: ${onSecond}`);
          await stack.kill("kafka2", "SIGKILL");
          const refused = await stack.task("up");
          assertEquals(refused.code, 1, refused.stdout + refused.stderr);
          assertStringIncludes(refused.stderr, `1 partition had no replica elsewhere: ${onSecond}`);
          await stack.ok("start", "kafka2");
          await readAll(stack, "twice", 200);

          // What the broker's log says nothing of: it sends what is on its disk.
          const segment = `${data(1)}/${onFirst}/00000000000000000000.log`;
          using file = await Deno.open(segment, { write: true });
          // The first record, behind the head of its batch, however many batches there are.
          await file.seek(61, Deno.SeekMode.Start);
          await file.write(new Uint8Array([255, 254, 253, 252, 251, 250]));
          const found = await stack.task("doctor");
          assertEquals(found.code, 3, found.stdout + found.stderr);
          assertStringIncludes(
            found.stdout,
            `kafka1: ${onFirst} is damaged, the records from offset 0`,
          );
          assertStringIncludes(
            found.stdout,
            `kafka/log/kafka1/log/${onFirst}/00000000000000000000.log`,
          );
          assertStringIncludes(found.stdout, "No other broker has it.");
          // Killed, the broker cuts the log there, and says so once.
          await stack.kill("kafka1", "SIGKILL");
          await stack.ok("up");
          assertStringIncludes(
            (await stack.task("doctor")).stdout,
            `kafka1: ${onFirst} was damaged in segment 0: at its start it cut the log at offset 0`,
          );
        },
      );
    });
  },
);
