import { assertEquals, assertRejects } from "@std/assert";
import { denoHost } from "../../../../infra/engine/host/deno_host.ts";
import { asStored } from "../../../../infra/engine/host/deno_paths.ts";
import { CannotWrite } from "../../../../infra/engine/host/host.ts";
import { sameDirectory } from "../../../../infra/engine/host/identity.ts";
import { MARKS, MARKS_SEPARATOR } from "../../../../infra/engine/host/process_table.ts";
import { marksOf } from "../../../../infra/engine/native/marks.ts";
import { observeNative } from "../../../../infra/engine/native/native.ts";
import { renderNative } from "../../render/_render.ts";
import { defineStack } from "../../../../infra/spec/mod.ts";
import { machineTest } from "../../../_machine.ts";

/** Runs `test` with a directory that is removed afterwards. */
async function withDirectory(test: (dir: string) => Promise<void>) {
  const dir = await Deno.realPath(await Deno.makeTempDir({ prefix: "kafka-paths-" }));
  try {
    await test(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

machineTest(
  "realPath() is one for all names of a directory, also of one that is not there",
  () =>
    withDirectory(async (dir) => {
      await Deno.mkdir(`${dir}/my stack`);
      await Deno.symlink(`${dir}/my stack`, `${dir}/link`);
      for (const name of ["my stack", "link", "link/", "my stack/.", "link/../link"]) {
        assertEquals(await denoHost.realPath(`${dir}/${name}`), `${dir}/my stack`, name);
      }
      assertEquals(await denoHost.realPath(`${dir}/link/new/sub`), `${dir}/my stack/new/sub`);
      assertEquals(await denoHost.realPath("/"), "/");
      assertEquals(await sameDirectory(denoHost, `${dir}/link`, `${dir}/my stack`), true);
      assertEquals(await sameDirectory(denoHost, `${dir}/my`, `${dir}/my stack`), false);
      assertEquals(await denoHost.identity(`${dir}/none`), undefined);
      assertEquals(await denoHost.kind(`${dir}/link`), "link");
      assertEquals(await denoHost.kind(`${dir}/my stack`), "directory");
    }),
);

Deno.test("asStored() names a directory as it is stored where any case of its name is understood", async () => {
  const stored: Record<string, string[]> = {
    "/": ["Users", "tmp"],
    "/Users": ["ann"],
    "/Users/ann": ["My St\u00e4ck", "other"],
  };
  const look = {
    identity: (path: string) => Promise.resolve(path.toLowerCase()),
    names: (path: string) => Promise.resolve(stored[path] ?? []),
  };
  const typed = "/users/ANN/my ST\u0061\u0308CK";
  assertEquals(await asStored(typed, look), "/Users/ann/My St\u00e4ck");
  assertEquals(await asStored("/Users/ann/none", look), "/Users/ann/none");
  const exact = { ...look, identity: (path: string) => Promise.resolve(path) };
  assertEquals(await asStored(typed, exact), typed);
});

machineTest("writeText() that fails leaves no temporary file", () =>
  withDirectory(async (dir) => {
    await Deno.mkdir(`${dir}/file/sub`, { recursive: true });
    await assertRejects(() => denoHost.writeText(`${dir}/file`, "text"));
    assertEquals(await denoHost.list(dir), ["file"]);
    assertEquals(await denoHost.readText(`${dir}/file`), undefined);
    await Deno.writeTextFile(`${dir}/plain`, "");
    await assertRejects(() => denoHost.writeText(`${dir}/plain/x`, "text"), CannotWrite);
  }));

const [service] = renderNative(defineStack({}), "/s").services;

/** A process that waits, with these arguments and this environment, as this machine lists it. */
function started(args: readonly string[], env: Record<string, string> = {}) {
  const script = "echo ready; read -r line";
  const child = new Deno.Command("sh", {
    args: ["-c", script, "sh", ...args],
    env,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  return {
    pid: child.pid,
    ready: async () => {
      const reader = child.stdout.getReader();
      await reader.read();
      reader.releaseLock();
    },
    async end() {
      await child.stdin.close();
      await child.stdout.cancel();
      await child.status;
    },
  };
}

machineTest(
  "observeNative() finds each process of this machine by its own directory alone",
  () =>
    withDirectory(async (root) => {
      const names = ["my", "my stack", "my%20stack", "a\nb", "a\x1eb", "a\x1fb", "a=b"].concat(
        ["'q' \"r\" \\", "(.*)+[x]", "ä ö", "my -Dstack.service=kafka9"],
      );
      const dirs = names.map((name) => `${root}/${name}`);
      for (const dir of dirs) await Deno.mkdir(dir);
      await Deno.symlink(`${root}/my stack`, `${root}/link`);
      const plain = (dir: string) => [
        `-Dstack.dir=${dir}`,
        "-Dstack.service=kafka2",
        "-Dstack.fingerprint=f",
      ];
      const marksIn = (marks: readonly string[], separator: string) => ({
        [MARKS]: ["", ...marks].join(separator),
      });
      const processes = [
        ...dirs.map((dir) => [dir, "zookeeper1", started(marksOf(dir, service!))] as const),
        // As programs are marked that refuse the arguments.
        ...dirs.map((dir) =>
          [
            dir,
            "prometheus",
            started(
              [],
              marksIn(marksOf(dir, { ...service!, name: "prometheus" }), MARKS_SEPARATOR),
            ),
          ] as const
        ),
        // As versions before marked theirs, through a link too.
        [`${root}/my`, "kafka2", started(plain(`${root}/my`))] as const,
        [`${root}/my stack`, "kafka2", started(plain(`${root}/link`))] as const,
        [`${root}/a=b`, "kafka2", started([], marksIn(plain(`${root}/a=b`), "\x1e"))] as const,
      ];
      try {
        await Promise.all(processes.map(([, , process]) => process.ready()));
        for (const dir of dirs) {
          const expected = processes.filter(([theirs]) => theirs === dir)
            .map(([, name, { pid }]) => `${name} ${pid}`).sort();
          const found = [...(await observeNative(denoHost, dir)).values()]
            .map(({ name, pid }) => `${name} ${pid}`).sort();
          assertEquals(found, expected, dir);
        }
        const link = await observeNative(denoHost, `${root}/link`);
        assertEquals([...link.keys()], ["kafka2", "prometheus", "zookeeper1"]);
        assertEquals((await observeNative(denoHost, root)).size, 0);
      } finally {
        await Promise.all(processes.map(([, , process]) => process.end()));
      }
    }),
);
