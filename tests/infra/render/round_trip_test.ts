// What is written is read back by those that others read with: Java's Properties, and PyYAML, which
// is docker-compose 1's. It reads YAML 1.1, in which `yes` is true and `8080:53` a number.
import { assertEquals } from "@std/assert";
import { denoHost } from "../../../infra/engine/host/deno_host.ts";
import { propertiesFile } from "../../../infra/services/artifact.ts";
import { toYaml } from "../../../infra/render/yaml.ts";
import { machineTest } from "../../_machine.ts";

const TEXTS = [
  ...["a=b:c#d!e", " leading", "  two", "\ttab", "trailing ", "back\\slash", "end\\", "\\", ""],
  ...["äş日本😀", "#x", "!x", "=x", ":x", "x\ty", "\f", "\u00a0x", "\\u0041", "a\\:b", "'q' \"d\""],
  ...["${HOME}", "$$", "yes", "no", "on", "off", "y", "TRUE", "~", "null", "1e3", "0x10", "012"],
  ...["0o17", "0b1", "1_000", "8080:53", "1:30:00", "2026-11-25", ".inf", ".NaN", "<<", "- a"],
  ...["a: b", "a:", "a #b", "*a", "&a", "%a", "@a", "`a", "{a}", "[a]", "|", ">", "?", "+1", "-1"],
  ...["1.", "---", "...", "\u0085", "\u2028"],
];

const JAVA = `
import java.io.*; import java.nio.file.*; import java.util.*;
public class Read {
  public static void main(String[] args) throws Exception {
    Properties read = new Properties();
    read.load(new FileInputStream(args[0]));
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < read.size(); i++) all.append(read.getProperty("key-" + i)).append('\\0');
    Files.writeString(Path.of(args[1]), all.toString());
  }
}`;

const PYTHON = `import json, sys, yaml
json.dump(yaml.safe_load(open(sys.argv[1], encoding="utf-8")), sys.stdout)`;

/** Registers a test in a directory of its own; ignored where `command` fails. */
async function readerTest(
  name: string,
  command: readonly [string, ...string[]],
  fn: (dir: string) => Promise<void>,
) {
  const mayRun = Deno.permissions.querySync({ name: "run" }).state === "granted";
  const [program, ...args] = command;
  if (mayRun && (await denoHost.run(program, args)).code !== 0) {
    Deno.test({ name: `${name} (ignored: no ${command.join(" ")})`, ignore: true, fn: () => {} });
    return;
  }
  machineTest(name, async () => {
    const dir = await Deno.makeTempDir();
    try {
      await fn(dir);
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  });
}

await readerTest(
  "propertiesFile() is read by Java as it was meant",
  ["javac", "-version"],
  async (dir) => {
    const properties = Object.fromEntries(TEXTS.map((text, index) => [`key-${index}`, text]));
    await Deno.writeTextFile(`${dir}/x.properties`, propertiesFile(properties));
    await Deno.writeTextFile(`${dir}/Read.java`, JAVA);
    const args = [`${dir}/Read.java`, `${dir}/x.properties`, `${dir}/out`];
    const { stderr } = await denoHost.run("java", args);
    const read = await denoHost.readText(`${dir}/out`);
    assertEquals(read?.split("\0").slice(0, -1), TEXTS, stderr);
  },
);

const PYYAML = ["python3", "-c", "import yaml"] as const;
await readerTest("toYaml() is read by YAML 1.1 as it was meant", PYYAML, async (dir) => {
  const data = { list: TEXTS, keys: Object.fromEntries(TEXTS.map((text) => [text, text])) };
  await Deno.writeTextFile(`${dir}/x.yml`, toYaml(data));
  const { stdout, stderr } = await denoHost.run("python3", ["-c", PYTHON, `${dir}/x.yml`]);
  assertEquals(stdout && JSON.parse(stdout), data, stderr);
});
