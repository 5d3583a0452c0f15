import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { withProject } from "./_project.ts";
import { sharedTest } from "./_shared.ts";
import { e2eTest, oldest, until, withStack } from "./_stack.ts";

const SERVICES = ["kafka1", "kafka2", "kafka3", "zookeeper1", "zookeeper2", "zookeeper3"];

await e2eTest(
  "up starts six JVMs, again restarts none; down and up keep all, kill -9 too",
  async (engine) => {
    await withStack({ engine, up: false }, async (stack) => {
      const first = await stack.ok("up");
      const addresses = [...stack.bootstrapServers.split(","), ...stack.zookeepers.split(",")];
      for (const address of addresses) assertStringIncludes(first.stdout, address);
      assertStringIncludes(first.stderr, "deno task topic:create");
      const pids = await stack.pids();
      assertEquals(Object.keys(pids).sort(), SERVICES);

      const again = await stack.ok("up");
      const now = await stack.pids();
      const restarted = SERVICES.filter((name) => now[name] !== pids[name]);
      const logs = restarted.length > 0 ? await stack.ok("logs", ...restarted) : undefined;
      assertEquals(now, pids, `${again.stderr}\n${logs?.stdout ?? ""}`);
      // The proof left nothing behind.
      assertEquals(JSON.parse((await stack.ok("topic:list", "--json")).stdout), []);
      assertEquals(JSON.parse((await stack.ok("group:list", "--json")).stdout), []);

      await stack.ok("topic:create");
      await stack.ok("topic:alter", "--config", "retention.ms=7200000");
      await stack.ok("produce", { stdin: "a\nb\n" });
      const read = await stack.ok(
        "consume",
        ...oldest(2),
      );
      assertStringIncludes(read.stdout, "Message: a");
      assertStringIncludes(read.stdout, "Message: b");
      const group = async () =>
        JSON.parse((await stack.ok("group:describe", "--group", "flinox", "--json")).stdout)[0]
          .offsets;
      const configs = async () =>
        (await stack.ok("topic:describe", "--topic", "test-topic")).stdout;
      const before = await group();

      await stack.ok("down");
      assertEquals(await stack.pids(), {});
      assertEquals((await stack.task("status")).code, 3);
      await stack.ok("up");
      assertEquals(await group(), before);
      assertStringIncludes(await configs(), "retention.ms=7200000");

      for (const service of SERVICES) await stack.kill(service, "SIGKILL");
      await stack.ok("up");
      assertEquals(await group(), before);
      assertStringIncludes(await configs(), "retention.ms=7200000");
      await stack.ok("produce", { stdin: "c\n" });
      const all = await stack.ok(
        "consume",
        "--latest=false",
        "--consumer",
        "another",
        "--max-messages",
        "3",
        "--timeout-ms",
        "20000",
      );
      for (const text of ["a", "b", "c"]) assertStringIncludes(all.stdout, `Message: ${text}`);
    });
  },
);

await sharedTest("a stack that runs", {
  "with one broker stopped produce and consume go on; status says why it is not healthy": async (
    stack,
  ) => {
    await stack.ok("topic:create");
    await stack.ok("stop", "kafka2");
    await stack.ok("produce", { stdin: "x\ny\n" });
    const read = await stack.ok(
      "consume",
      ...oldest(2),
    );
    assertStringIncludes(read.stdout, "Message: x");
    const status = await stack.task("status");
    assertEquals(status.code, 3, status.stdout + status.stderr);
    assertStringIncludes(status.stderr, "kafka2: not running");
    assertStringIncludes(status.stderr, "under-replicated");
    await stack.ok("start", "kafka2");
    const { healthy, problems } = JSON.parse((await stack.ok("status", "--json")).stdout);
    assertEquals([healthy, problems], [true, []]);
  },
  "a JVM that crashes leaves its report with its logs": async (stack) => {
    await stack.kill("kafka3", "SIGSEGV");
    const names = await Array.fromAsync(
      Deno.readDir(`${stack.dir}/kafka/log/kafka3`),
      ({ name }) => name,
    );
    assertEquals(names.filter((name) => /^hs_err_pid\d+\.log$/.test(name)).length, 1, names.join());
    await stack.start("kafka3");
  },
  "up goes on without a stack.json that was cut short, and refuses a newer one": async (stack) => {
    const pids = await stack.pids();
    await Deno.writeTextFile(`${stack.dir}/stack.json`, '{"version": 1, "serv');
    // The flags of the up before stood in it.
    const up = await stack.ok("up", "--without", "monitoring");
    assertStringIncludes(up.stderr, "is damaged");
    assertEquals(await stack.pids(), pids);
    const record = await Deno.readTextFile(`${stack.dir}/stack.json`);
    await Deno.writeTextFile(`${stack.dir}/stack.json`, '{"version": 99}');
    const newer = await stack.task("status");
    assertEquals(newer.code, 1, newer.stdout + newer.stderr);
    assertStringIncludes(newer.stderr, "newer version of this toolkit");
    await Deno.writeTextFile(`${stack.dir}/stack.json`, record);
  },
  "a second stack beside the first, and one on the same ports": async (first) => {
    await withStack({ engine: first.engine, up: false }, async (second) => {
      const taken = await second.task("up", "--port-offset", String(first.portOffset));
      assertEquals(taken.code, 1, taken.stdout + taken.stderr);
      assertStringIncludes(taken.stderr, `zookeeper1 of the stack in ${first.dir}`);
      assertStringIncludes(taken.stderr, `deno task down --dir ${first.dir}`);
      await second.ok("up", "--brokers", "1", "--without", "monitoring");
      const both = [...Object.values(await first.pids()), ...Object.values(await second.pids())];
      assertEquals(new Set(both).size, 10);
      await second.ok("down");
      assert(Object.keys(await first.pids()).length === 6);
    });
  },
});

await e2eTest(
  "up interrupted at any moment can be run again, and two at once do not meet",
  async (engine) => {
    await withStack({ engine, up: false }, async (stack) => {
      // Killed as soon as the first JVM is there: before it could write down all pids.
      const first = stack.spawn("up");
      await until("a JVM runs", async () => Object.keys(await stack.pids()).length > 0);
      first.kill("SIGKILL");
      await first.output();
      await until(
        "the killed task lets go of the lock",
        async () => (await stack.task("render")).code === 0,
      );

      const second = stack.spawn("up");
      // Looked at, not tried: a try would take the lock from it.
      await until(
        "the second up has the lock",
        async () => (await Deno.readTextFile(`${stack.dir}/.lock`)).startsWith("deno task up"),
      );
      const third = await stack.task("up");
      assertEquals(third.code, 1, third.stdout + third.stderr);
      assertStringIncludes(third.stderr, "is at work on the stack");
      second.kill("SIGINT");
      const interrupted = await second.output();
      assertEquals(interrupted.code, 130);
      assertStringIncludes(new TextDecoder().decode(interrupted.stderr), "Interrupted");

      await stack.ok("up");
      assertEquals(Object.keys(await stack.pids()).sort(), SERVICES);
      assertEquals((await stack.task("status")).code, 0);
    });
  },
);

await e2eTest(
  "a JVM that dies while it starts is shown with the end of its log",
  async (engine) => {
    await withStack({ engine, up: false }, async (stack) => {
      await stack.ok("render", { env: {} });
      // A directory where the broker wants to write a file.
      await Deno.mkdir(`${stack.dir}/kafka/log/kafka2/log/meta.properties.tmp/x`, {
        recursive: true,
      });
      const up = await stack.task("up");
      assertEquals(up.code, 1, up.stdout + up.stderr);
      assertStringIncludes(up.stderr, "kafka2 ended while it started");
      assertStringIncludes(up.stderr, "  | ");
      assertStringIncludes(up.stderr, "deno task logs kafka2");
    });
  },
);

await e2eTest(
  "an edit of infra/stack.ts restarts only the broker that it is about",
  async (engine) => {
    await withProject(async ({ root, edit }) => {
      await withStack({ engine, root }, async (stack) => {
        const before = await stack.pids();
        await edit("each: {},", 'each: { 2: { config: { "num.io.threads": 4 } } },');
        const diff = await stack.ok("render", "--dry-run");
        const files = "write kafka/config/kafka2/server.properties\n  + num.io.threads=4\n";
        // On Docker the label by which the change is known stands in the compose file.
        const label = /^write docker-compose\.yml\n( {2}[-+] {7}stack\.fingerprint: \w+\n){2}$/;
        assertEquals(diff.stdout.slice(0, files.length), files);
        assert(engine === "native" || label.test(diff.stdout.slice(files.length)), diff.stdout);
        assert(engine === "docker" || diff.stdout === files, diff.stdout);
        assertEquals((await stack.task("render", "--check")).code, 1);
        const plan = (await stack.ok("up", "--dry-run")).stdout;
        assertEquals(plan.slice(0, diff.stdout.length), diff.stdout);
        const restart = "restarts kafka2: server.properties changed";
        assertEquals(plan.slice(diff.stdout.length).split("\n").slice(1, 4), [
          ...["proves that the cluster works, with 3 brokers", restart],
          "starts kafka2; before: ZooKeeper ends the session of kafka2",
        ]);
        // It showed what would be done, and did nothing of it.
        assertEquals((await stack.ok("render", "--dry-run")).stdout, diff.stdout);
        assertEquals(await stack.pids(), before);

        assertStringIncludes((await stack.ok("up")).stderr, restart);
        const { kafka2: old, ...others } = before;
        const { kafka2: now, ...same } = await stack.pids();
        assertEquals(same, others);
        assert(now !== undefined && now !== old);

        await edit("partitions: 10,", "partitions: 0,");
        const wrong = await stack.task("up");
        assertEquals(wrong.code, 2, wrong.stdout + wrong.stderr);
        assertStringIncludes(wrong.stderr, "brokers.partitions: 0 is not a whole number");
      });
    });
  },
);
