// Every patch of kafkajs says what it is for, is used, and has the test that fails without it.
import { assert, assertEquals } from "@std/assert";
import { machineTest } from "../../../_machine.ts";

const ROOT = new URL("../../../../", import.meta.url);
const PATCHES = "clients/kafka/kafkajs/patches";

const read = (path: string) => Deno.readTextFile(new URL(path, ROOT));

machineTest("every patch of kafkajs names its defect and its test", async () => {
  const { imports } = JSON.parse(await read("clients/deno.json"));
  const version = imports.kafkajs.replace("npm:kafkajs@", "");
  for await (const { name } of Deno.readDir(new URL(PATCHES, ROOT))) {
    const text = await read(`${PATCHES}/${name}`);
    const head = text.split("\n\n")[0]!;
    // Whoever takes another version looks at each patch.
    assert(head.startsWith(`// Patch of kafkajs ${version}: `), name);
    assert(head.includes("\n// Without it: "), name);
    const [, test] = /^\/\/ Test: "(.*)"$/m.exec(head) ?? [];
    const tests = await read(`tests/${PATCHES}/${name.replace(/\.ts$/, "_test.ts")}`);
    assert(test !== undefined && tests.includes(`"${test}"`), `${name}: ${test}`);
  }
});

machineTest("every patch of kafkajs is used", async () => {
  const folders = ["clients/kafka/kafkajs", "clients/kafka/producer"];
  const users = await Promise.all(folders.map(async (folder) => {
    const names = await Array.fromAsync(Deno.readDir(new URL(folder, ROOT)));
    const files = names.filter(({ isFile }) => isFile);
    return await Promise.all(files.map(({ name }) => read(`${folder}/${name}`)));
  }));
  const texts = users.flat().join("\n");
  const unused: string[] = [];
  for await (const { name } of Deno.readDir(new URL(PATCHES, ROOT))) {
    if (!texts.includes(`patches/${name}"`)) unused.push(name);
  }
  assertEquals(unused, []);
});
