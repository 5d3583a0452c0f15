import { assertEquals, assertRejects } from "@std/assert";
import { checkPorts, checkWritable } from "../../../infra/engine/preflight.ts";
import { renderNative } from "../render/_render.ts";
import { defineStack, Failure } from "../../../infra/spec/mod.ts";
import { fakeHost } from "./_fake_host.ts";

const { services } = renderNative(defineStack({}), "/s");

/** What is said where `docker ps` prints `line` for port 9092. */
async function refusal(line: string) {
  const host = fakeHost();
  host.taken.add(9092);
  host.commands = (_, args) => ({
    code: 0,
    stdout: args.includes("publish=9092") ? line : "",
    stderr: "",
  });
  const { message, hint } = await assertRejects(() => checkPorts(host, services), Failure);
  return [message.replace("Cannot start kafka1: port 9092 (CLIENT) is in use by ", ""), hint];
}

Deno.test("checkPorts() names the container that has a port, whose proxy alone is seen", async () => {
  const beside = "Or run this stack beside it: deno task up --port-offset 20";
  assertEquals(await refusal("web\t\t\n"), [
    "the container web",
    `Stop it: docker stop web\n${beside}`,
  ]);
  assertEquals(await refusal("other-kafka1\tkafka1\t/my t\n"), [
    "kafka1 of the stack in /my t",
    `Stop that stack: deno task down --dir '/my t'\n${beside}`,
  ]);
  assertEquals((await refusal(""))[0], "process 4711 (java)");
});

Deno.test("checkPorts() names all ports that are taken, with who has them", async () => {
  const host = fakeHost();
  for (const port of [2182, 9092, 9094]) host.taken.add(port);
  const { message, hint } = await assertRejects(() => checkPorts(host, services), Failure);
  assertEquals(message.split("\n"), [
    "Cannot start: 3 ports are taken",
    "  zookeeper2: port 2182 (client) is in use by process 4711 (java)",
    "  kafka1: port 9092 (CLIENT) is in use by process 4711 (java)",
    "  kafka3: port 9094 (CLIENT) is in use by process 4711 (java)",
  ]);
  assertEquals(
    hint,
    "Stop process 4711 (java).\nOr run this stack beside it: deno task up --port-offset 20",
  );
});

Deno.test("checkWritable() names what belongs to another user, and the command that mends it", async () => {
  const host = fakeHost();
  host.commands = () => ({ code: 0, stdout: "/s/kafka/log\n", stderr: "" });
  const error = await assertRejects(() => checkWritable(host, "/s", ["kafka/log"]), Failure);
  assertEquals(error.message, "Cannot write /s/kafka/log: it belongs to another user");
  assertEquals(error.hint, "Make all of it yours: sudo chown -R 1000:1000 /s");
  host.commands = () => ({ code: 0, stdout: "", stderr: "" });
  await checkWritable(host, "/s", ["kafka/log"]);
});
