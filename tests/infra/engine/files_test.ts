import { assertEquals } from "@std/assert";
import { denoHost } from "../../../infra/engine/host/deno_host.ts";
import { prepareFiles } from "../../../infra/engine/files.ts";
import { machineTest } from "../../_machine.ts";
import { fakeHost } from "./_fake_host.ts";

const KEY = "kafka/config/kafka1/key.properties";
const secret = (content: string) =>
  ({ path: KEY, content: `# Generated from infra/stack.ts\n${content}`, secret: true }) as const;

Deno.test("prepareFiles() writes a secret for its owner alone, whatever its mode", async () => {
  const host = fakeHost();
  const modes: Record<string, number | undefined> = {};
  const { writeText } = host;
  host.writeText = (path, content, mode) => {
    modes[path] = mode;
    return writeText(path, content, mode);
  };
  const artifacts = [
    { ...secret("one"), mode: 0o755 },
    { path: "script", content: "", mode: 0o755 },
    { path: "plain", content: "" },
  ];
  await prepareFiles(host, "/s", { directories: [], artifacts });
  assertEquals(modes, { [`/s/${KEY}`]: 0o600, "/s/script": 0o755, "/s/plain": undefined });
});

machineTest("a secret that others could read is private once it is written anew", async () => {
  const dir = await Deno.makeTempDir({ prefix: "kafka-files-" });
  const mode = async () => (await Deno.stat(`${dir}/${KEY}`)).mode! & 0o777;
  try {
    await denoHost.writeText(`${dir}/${KEY}`, secret("one").content);
    await Deno.chmod(`${dir}/${KEY}`, 0o666);
    await prepareFiles(denoHost, dir, { directories: [], artifacts: [secret("two")] });
    assertEquals(await denoHost.readText(`${dir}/${KEY}`), secret("two").content);
    assertEquals(await mode(), 0o600);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
