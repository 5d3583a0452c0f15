// The stack on machines that are not like the developer's: another language, options for Java in the
// environment, directories with odd names, no IPv4.
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { denoHost } from "../../infra/engine/host/deno_host.ts";
import { machineTest } from "../_machine.ts";
import { withProject } from "./_project.ts";
import { command, deno, e2eTest, engineTest, type TestStack, until, withStack } from "./_stack.ts";

const SMALL = ["--brokers", "1", "--without", "monitoring"];

/** In it a JVM is Turkish, and dies of `GroupType.CLASSİC`; file names are ASCII. */
const CALLER = {
  LC_ALL: "C",
  LANGUAGE: "tr",
  JAVA_TOOL_OPTIONS: "-Duser.language=tr -Duser.country=TR",
  KAFKA_OPTS: "-javaagent:/none.jar",
  JMX_PORT: "1",
  CLASSPATH: "/none",
};

const lines = (text: string) => text.split("\n").filter((line) => line !== "");

/** Flags of a consumer, ours or Java's, that reads so many records. */
const all = (count: string) => [
  ...["--from-beginning", "--max-messages", count],
  ...["--timeout-ms", "30000"],
];

/** Names in a directory of the stack. */
const names = async (stack: TestStack, path: string) =>
  (await denoHost.list(`${stack.dir}/${path}`)).sort();

await engineTest(
  "native",
  "a Turkish caller's stack with an odd name works, with each codec and without the caller's options",
  async () => {
    const name = 'O\'dd "q" $HOME #x; äş %&~{! ';
    await withStack({ up: false, name }, async (stack) => {
      const env = CALLER;
      const { stderr } = await stack.ok("up", ...SMALL, { env });
      assertStringIncludes(
        stderr,
        "JAVA_TOOL_OPTIONS, KAFKA_OPTS, JMX_PORT are not passed to the JVMs: " +
          "set heap and config in infra/stack.ts",
      );
      const at = ["--bootstrap-server", `kafka1:${9092 + stack.portOffset}`, "--topic", "t"];
      const codecs = ["snappy", "zstd", "lz4", "gzip"];
      for (const codec of codecs) {
        const args = ["kafka-console-producer", ...at, "--compression-codec", codec];
        await stack.ok("shell", "--", ...args, { stdin: `${codec} ş\n`, env });
      }
      const java = await stack.ok("shell", "--", "kafka-console-consumer", ...at, ...all("4"), {
        env,
      });
      const wanted = codecs.map((codec) => `${codec} ş`).sort();
      assertEquals(lines(java.stdout).sort(), wanted);
      const consume = ["--topic", "t", ...all("4"), "--format", "%v", "--group", "g"];
      assertEquals(lines((await stack.ok("consume", ...consume, { env })).stdout).sort(), wanted);

      // All of it lies in the directory, and nothing beside it.
      assertEquals(await names(stack, ".."), [name]);
      assertStringIncludes((await names(stack, "kafka/log/kafka1/log")).join(), "meta.properties");
      assertStringIncludes((await names(stack, "kafka/log/kafka1")).join(), "server.log");
      // The broker has unpacked a codec's library where it may be run.
      assertMatch((await names(stack, "kafka/log/kafka1/tmp")).join(), /snappy|zstd/);
      // Another value of the options is no other Java.
      const other = { ...env, JAVA_TOOL_OPTIONS: "-Xmx700m" };
      const again = await stack.ok("restart", "kafka1", { env: other });
      assertEquals(/archives of Kafka/.test(again.stderr), false, again.stderr);
      const doctor = await stack.ok("doctor", { env });
      assertMatch(doctor.stdout, /ok +libraries +can be run in /);
    });
  },
);

machineTest(
  "a directory whose name something would split is refused before it is made",
  async () => {
    const parent = await Deno.makeTempDir();
    try {
      const refused: [string, string][] = [
        ["a,b", '"," in its name: Kafka\'s log.dirs takes a comma'],
        ["a:b", '":" in its name: PATH and Docker\'s mounts take a colon'],
        ["a=b", '"=" in its name: a JVM takes it'],
        ["${HOME}", '"${" in its name: log4j and Grafana'],
        ["a\nb", '"\\n" in its name: files of settings end a line there'],
      ];
      for (const [name, why] of refused) {
        const dir = `${parent}/${name}`;
        const calls = [["up", "--engine", "native"], ["render"], ["start"], [
          "shell",
          "--",
          "true",
        ]];
        for (const [task, ...args] of name === "a,b" ? calls : calls.slice(0, 1)) {
          const result = await deno(["task", "-q", task!, ...args], { env: { STACK_DIR: dir } });
          assertEquals(result.code, 2, result.stderr);
          assertStringIncludes(
            result.stderr,
            `${JSON.stringify(dir)} cannot be a stack's directory: ${why}`,
          );
          assertStringIncludes(result.stderr, "Choose another with --dir");
        }
      }
      const env = { STACK_DIR: `${parent}/s`, KAFKA_STACK_CACHE: `${parent}/c:d` };
      const cache = await deno(["task", "-q", "up", "--engine", "native"], { env });
      assertEquals(cache.code, 2, cache.stderr);
      assertStringIncludes(cache.stderr, `KAFKA_STACK_CACHE cannot be "${parent}/c:d": ":" in its`);
      assertEquals((await denoHost.list(parent)).filter((one) => one !== "s"), []);
    } finally {
      await Deno.remove(parent, { recursive: true });
    }
  },
);

await e2eTest("a service that cannot start says why, and what to do", async (engine) => {
  await withProject(async (project) => {
    await project.edit("count: 3", "count: 1");
    const at = '"message.max.bytes": 2097152 }.\n    config: {';
    await project.edit(at, `${at} "num.io.threads": "many",`);
    await withStack({ engine, up: false, root: project.root }, async (stack) => {
      const { code, stderr } = await stack.task("up", ...SMALL);
      assertEquals(code, 1, stderr);
      const [, ...end] = stderr.slice(stderr.indexOf("Error: ")).trim().split("\n");
      assertStringIncludes(
        stderr,
        "Error: kafka1 ended while it started: Kafka does not take many for num.io.threads\n",
      );
      assertMatch(end[0]!, /^ {2}\| \[.*\] ERROR Exiting Kafka due to fatal exception/);
      assertEquals(
        end[1],
        "  | org.apache.kafka.common.config.ConfigException: Invalid value many for " +
          "configuration num.io.threads: Not a number of type INT",
      );
      assertEquals(end[2], "  Correct config in infra/stack.ts.");
    });
  });
});

const noIpv6 = () =>
  Promise.resolve(
    denoHost.port({ host: "::1", port: 0 }) === "free" ? undefined : "this machine has no ::1",
  );

await e2eTest("a stack on ::1 works for every client and for its monitoring", async (engine) => {
  await withProject(async (project) => {
    await project.edit('bindAddress: "127.0.0.1"', 'bindAddress: "::1"');
    // In containers the quorum has addresses of its own.
    if (engine === "docker") await project.edit("count: 3", "count: 1");
    const args = ["--brokers", "1"];
    await withStack({ engine, root: project.root, args, monitoring: true }, async (stack) => {
      const broker = `[::1]:${9092 + stack.portOffset}`;
      const topic = ["--topic", "t"];
      await stack.ok("produce", ...topic, { stdin: "ours\n" });
      const kcat = ["-b", broker, "-t", "t", "-q"];
      await command("sh", "-c", `echo foreign | kcat -P "$@"`, "sh", ...kcat);
      const read = await stack.ok("consume", ...topic, ...all("2"), "--format", "%v");
      assertEquals(lines(read.stdout).sort(), ["foreign", "ours"]);
      assertEquals(lines(await command("kcat", "-C", "-e", ...kcat)).sort(), ["foreign", "ours"]);
      const inner = `kafka1:${9092 + (engine === "native" ? stack.portOffset : 0)}`;
      for (const servers of engine === "native" ? [inner, broker] : [inner]) {
        const list = ["kafka-topics", "--bootstrap-server", servers, "--list"];
        assertMatch((await stack.ok("shell", "--", ...list)).stdout, /^t$/m);
      }
      assertMatch((await stack.ok("topic:describe", ...topic)).stdout, /t/);
      const status = JSON.parse((await stack.ok("status", "--json")).stdout);
      assertEquals(status.bootstrapServers, broker);
      const get = async (base: number, path: string) =>
        await (await fetch(`http://[::1]:${base + stack.portOffset}${path}`)).text();
      assertMatch(await get(9308, "/metrics"), /kafka/);
      const targets = async () => {
        const { data } = JSON.parse(await get(9090, "/api/v1/targets?state=active"));
        return data.activeTargets as { health: string }[];
      };
      await until("Prometheus has looked at all", async () => {
        const found = await targets();
        return found.length > 0 && found.every(({ health }) => health === "up");
      });
    });
  });
}, { programs: ["kcat", "prometheus"], lack: noIpv6 });
