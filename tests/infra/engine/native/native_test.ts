import { assertEquals } from "@std/assert";
import { newHost, up } from "../_fake_stack.ts";

Deno.test("the native engine has a JVM that crashes leave its report with its logs", async () => {
  const host = newHost();
  await up(host, { zookeepers: { count: 1 }, brokers: { count: 1 } });
  const flags = host.jvms.map(({ command }) =>
    command.filter((argument) => argument.startsWith("-XX:ErrorFile="))
  );
  assertEquals(flags, [
    ["-XX:ErrorFile=/s/zookeeper/log/zookeeper1/hs_err_pid%p.log"],
    ["-XX:ErrorFile=/s/kafka/log/kafka1/hs_err_pid%p.log"],
  ]);
});
