// What a caller's environment says does not reach a service, nor what is parsed.
import { assertEquals } from "@std/assert";
import { denoHost } from "../../../infra/engine/host/deno_host.ts";
import { droppedOptions, findJava } from "../../../infra/engine/native/java.ts";
import { machineTest } from "../../_machine.ts";
import { fakeHost } from "./_fake_host.ts";

const CALLERS = {
  LC_ALL: "tr_TR.UTF-8",
  LANGUAGE: "tr",
  JAVA_TOOL_OPTIONS: "-Duser.language=tr",
  _JAVA_OPTIONS: "-Xmx1m",
  JDK_JAVA_OPTIONS: "-Xmx1m",
  KAFKA_OPTS: "-javaagent:/x.jar",
  JMX_PORT: "9999",
  CLASSPATH: "/x",
  GF_SERVER_HTTP_PORT: "1",
  KEPT: "yes",
};

/** Runs `work` in an environment like that. */
async function as<T>(work: () => Promise<T>): Promise<T> {
  const before = Object.keys(CALLERS).map((name) => [name, Deno.env.get(name)] as const);
  for (const [name, value] of Object.entries(CALLERS)) Deno.env.set(name, value);
  try {
    return await work();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}

machineTest("spawnDetached() passes none of a caller's settings on, but the rest", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await as(() => denoHost.spawnDetached("env", [], `${dir}/out`, { MARK: "a b" }));
    let text = "";
    const deadline = Date.now() + 30_000;
    while (!text.includes("KEPT=") && Date.now() < deadline) {
      text = await Deno.readTextFile(`${dir}/out`).catch(() => "");
    }
    const names = ["MARK", "LANGUAGE", ...Object.keys(CALLERS)];
    const found = text.split("\n").filter((line) => names.includes(line.split("=")[0]!));
    const locale = Deno.build.os === "darwin" ? "en_US.UTF-8" : "C.UTF-8";
    assertEquals(found.sort(), ["KEPT=yes", "LANGUAGE=", `LC_ALL=${locale}`, "MARK=a b"]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

machineTest("run() speaks English whatever the caller's language is", async () => {
  const { stdout } = await as(() => denoHost.run("sh", ["-c", 'echo "$LC_ALL $LANGUAGE"']));
  assertEquals(stdout.trim().replace("en_US", "C"), "C.UTF-8");
});

machineTest("droppedOptions() names the options of Java that are set", async () => {
  assertEquals(await as(() => droppedOptions(denoHost)), [
    ...["JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "KAFKA_OPTS", "JMX_PORT"],
  ]);
});

Deno.test("findJava() asks a Java without the caller's options, which it would print", async () => {
  const host = fakeHost();
  host.commands = (command, args) => ({
    code: 0,
    stdout: "",
    stderr: `openjdk version "17"${
      args.join(" ").includes("unset JAVA_TOOL_OPTIONS") ? "" : command
    }`,
  });
  assertEquals((await findJava(host)).build, 'openjdk version "17"');
});
