// What each task may do: deno.json follows this table.
import { assertEquals } from "@std/assert";
import { machineTest } from "./_machine.ts";

/** Where the stack is, read by every task. */
const OWN = "STACK_DIR,INIT_CWD";

/** Flags of `deno run`, and the tasks that have them. */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  // They start programs, if only to ask what runs, and a program may do what it likes.
  "-A": [
    ...["up", "down", "start", "stop", "restart", "status", "top", "logs", "render", "build"],
    ...["shell", "doctor", "clean-cache", "bench"],
  ],
  // It reads the stack's record and writes where it is told.
  [`--no-prompt -RW -E=${OWN}`]: ["dashboards"],
  // They read the stack's record and talk to its brokers.
  [`--no-prompt -RN -E=${OWN}`]: [
    ...["topic:create", "topic:list", "topic:describe", "topic:alter", "topic:delete"],
    ...["group:list", "group:describe", "group:reset"],
    ...["quorum:describe", "quorum:add", "quorum:remove"],
  ],
  [`--no-prompt -RN -E=${OWN},KAFKA_HOST,KAFKA_TOPIC`]: ["produce"],
  [`--no-prompt -RN -E=${OWN},KAFKA_HOST,KAFKA_TOPIC,CONSUMER_GROUP,ZOOKEEPER_HOST`]: ["consume"],
};

machineTest("deno.json gives each task the permissions that the table says", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile("deno.json"));
  const { ok: _, test: __, ...ours } = tasks as Record<string, { command: string }>;
  const wanted = Object.entries(TABLE).flatMap(([flags, names]) =>
    names.map((name) => [name, `deno run ${flags} tasks/${name.replace(/[:-]/, "_")}.ts`])
  );
  const found = Object.entries(ours).map(([name, { command }]) => [name, command]);
  assertEquals(Object.fromEntries(found), Object.fromEntries(wanted));
});

/** Prints what is refused. */
const PROBE = `
const tries = {
  read: () => Deno.readTextFileSync("deno.json"),
  net: () => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close(),
  "env STACK_DIR": () => Deno.env.get("STACK_DIR"),
  "env HOME": () => Deno.env.get("HOME"),
  write: () => Deno.removeSync(Deno.makeTempFileSync()),
  run: () => new Deno.Command("true").outputSync(),
  sys: () => Deno.uid(),
};
for (const [name, attempt] of Object.entries(tries)) {
  try { attempt(); } catch (error) { console.log(name, error.name); }
}`;

machineTest("tasks that start no program may not start one, nor more than they need", async () => {
  for (const flags of Object.keys(TABLE).filter((flags) => flags !== "-A")) {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", ...flags.split(" "), "-"],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(PROBE));
    await writer.close();
    const refused = new TextDecoder().decode((await child.output()).stdout).trim().split("\n");
    const wanted = flags.includes("-RW")
      ? ["net", "env HOME", "run", "sys"]
      : ["env HOME", "write", "run", "sys"];
    assertEquals(refused, wanted.map((what) => `${what} NotCapable`));
  }
});
