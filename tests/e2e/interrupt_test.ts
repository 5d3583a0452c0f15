// Ctrl-C at the moments at which most is under way: nothing is left that `down` does not know, and
// the next up goes on.
import { assertEquals, assertStringIncludes } from "@std/assert";
import { resolve } from "node:path";
import { denoHost } from "../../infra/engine/host/deno_host.ts";
import { findDistribution } from "../../infra/engine/distribution/mod.ts";
import { SERVICE_MARK } from "../../infra/engine/native/marks.ts";
import { defineStack } from "../../infra/spec/mod.ts";
import { e2eTest, engineTest, type TestStack, until, withStack } from "./_stack.ts";

const SMALL = ["--brokers", "1", "--without", "monitoring"];

/** Interrupts an `up` when `moment` comes, given what it said until then; it must end as it should. */
async function interruptUp(
  { engine, dir, portOffset }: TestStack,
  env: Record<string, string>,
  what: string,
  moment: (said: string) => Promise<boolean> | boolean,
) {
  const where = ["--engine", engine, "--port-offset", String(portOffset)];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", "tasks/up.ts", ...where, ...SMALL],
    cwd: resolve(import.meta.dirname!, "../.."),
    env: { NO_COLOR: "1", STACK_DIR: dir, ...env },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let said = "";
  const read = async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) said += text;
  };
  const all = read();
  try {
    await until(what, async () => await moment(said));
  } finally {
    child.kill("SIGINT");
    await all;
  }
  assertEquals((await child.status).code, 130, said);
  assertStringIncludes(said, "\nInterrupted. What was started keeps running: ");
}

await engineTest("native", "up can be interrupted amid what it does only once", async () => {
  const { libs } = await findDistribution(denoHost, defineStack({}), {
    progress: () => {},
  });
  await withStack({ engine: "native", up: false }, async (stack) => {
    const home = await Deno.makeTempDir({ prefix: "kafka-stack-" });
    const cache = `${home}/cache`;
    try {
      // A repository that takes requests and never answers.
      let asked = 0;
      const ended: Promise<void>[] = [];
      const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
      await using repository = Deno.serve(options, (_, { completed }) => {
        asked++;
        ended.push(completed.catch(() => {}));
        return new Response(new ReadableStream({}));
      });
      await Deno.mkdir(`${home}/.m2`);
      await Deno.writeTextFile(
        `${home}/.m2/settings.xml`,
        `<settings><mirrors><mirror><id>stalls</id><mirrorOf>*</mirrorOf><url>http://127.0.0.1:${repository.addr.port}</url></mirror></mirrors></settings>`,
      );
      const env = { KAFKA_STACK_CACHE: cache, KAFKA_HOME: "" };
      const maven = { ...env, MAVEN_OPTS: `-Duser.home=${home}` };
      await interruptUp(stack, maven, "something is fetched", () => asked > 0);
      // Who asked is gone.
      await Promise.all(ended);

      const own = { ...env, KAFKA_HOME: resolve(libs, "..") };
      const trained = async () =>
        (await denoHost.processes(SERVICE_MARK)).filter(({ command }) =>
          command.some((arg) => arg.includes(cache))
        ).length;
      await interruptUp(
        stack,
        own,
        "both services of the training run",
        async () => await trained() === 2,
      );
      // Nothing else would ever end them.
      await until("the training run is gone", async () => await trained() === 0);

      await stack.ok("up", ...SMALL, { env: own });
      assertEquals(Object.keys(await stack.pids()).length, 4);
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  });
});

await e2eTest(
  "up can be interrupted while it waits, and down stops what it started",
  async (engine) => {
    await withStack({ engine, up: false }, async (stack) => {
      const waits = async (said: string) =>
        said.includes(" waits ") && Object.keys(await stack.pids()).length > 0;
      await interruptUp(stack, {}, "up waits for a service", waits);
      await stack.ok("down");
      assertEquals(await stack.pids(), {});
      await interruptUp(stack, {}, "up waits for a service", waits);
      await stack.ok("up", ...SMALL);
      assertEquals(Object.keys(await stack.pids()).length, 4);
    });
  },
);
