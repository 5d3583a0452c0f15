// The health checks as they run: bash, against something that answers like a service, or does not.
import { assertEquals } from "@std/assert";
import { renderDocker } from "./_render.ts";
import { defineStack } from "../../../infra/spec/mod.ts";
import { machineTest } from "../../_machine.ts";

const options = { user: "1:1", clientImage: "c", root: "/src" };
const rendered = renderDocker(defineStack({}), "/s", options);
const isolated = renderDocker(defineStack({ mode: "kraft", controllers: {} }), "/s", options);

/** Exit code of a service's check where `answer` is what comes back on its port; none: nobody listens. */
async function check(
  name: string,
  answer: Uint8Array | undefined,
  { services, artifacts } = rendered,
): Promise<number> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const { inside } = services.find((service) => service.name === name)!;
  const script = artifacts.find(({ path }) => path.endsWith(`/${name}/healthcheck.sh`))!.content;
  const content = script.replace(`/127.0.0.1/${inside!.port}`, `/127.0.0.1/${port}`);
  if (answer === undefined) listener.close();
  const served = answer === undefined ? Promise.resolve() : (async () => {
    const connection = await listener.accept();
    await connection.read(new Uint8Array(100));
    await connection.write(answer);
    connection.close();
    listener.close();
  })();
  const { code } = await new Deno.Command("bash", { args: ["-c", content], stderr: "null" })
    .output();
  await served;
  return code;
}

const text = (line: string) => new TextEncoder().encode(line);
/** A Kafka response, by its length before it. */
const response = (body: string) => {
  const bytes = new Uint8Array([0, 0, 0, body.length, ...text(body)]);
  return bytes;
};

machineTest("a ZooKeeper is healthy when it has a role", async () => {
  assertEquals(await check("zookeeper1", text("Zookeeper version: 3\nMode: follower\n")), 0);
  assertEquals(
    await check("zookeeper1", text("This ZooKeeper instance is not currently serving requests\n")),
    1,
  );
  assertEquals(await check("zookeeper1", undefined), 1);
});

machineTest("a broker is healthy when it answers and is among the registered", async () => {
  assertEquals(await check("kafka2", response("....kafka1....kafka2....")), 0);
  assertEquals(await check("kafka2", response("....kafka1....kafka3....")), 1);
  assertEquals(await check("kafka2", new Uint8Array()) === 0, false);
  assertEquals(await check("kafka2", undefined), 1);
});

/** An answer to DescribeCluster: the leader's id follows 40 bytes of other things. */
const leader = (id: number) => {
  const bytes = new Uint8Array(60).fill(1);
  new DataView(bytes.buffer).setInt32(40, id);
  return bytes;
};

machineTest("a controller is healthy when it knows the quorum's leader", async () => {
  assertEquals(await check("controller2", leader(101), isolated), 0);
  assertEquals(await check("controller2", leader(-1), isolated), 1);
  assertEquals(await check("controller2", new Uint8Array(3), isolated), 1);
  assertEquals(await check("controller2", undefined, isolated), 1);
});
