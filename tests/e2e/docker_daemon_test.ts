// The docker engine and the machine around it: a daemon that restarts, users other than root.
import { assertEquals, assertStringIncludes } from "@std/assert";
import { denoHost } from "../../infra/engine/host/deno_host.ts";
import { placeExporter } from "../../infra/engine/distribution/exporter.ts";
import { cacheDir } from "../../infra/engine/distribution/mod.ts";
import { claimDirectory } from "../../infra/engine/ownership.ts";
import { withProject } from "./_project.ts";
import { command, engineTest, until, withStack } from "./_stack.ts";

const DAEMON = new URL("../stand_ins/dockerd.sh", import.meta.url).pathname;

await engineTest(
  "docker",
  "a daemon that restarts under a running stack brings it back, with its data",
  async (engine) => {
    await withStack({ engine }, async (stack) => {
      await stack.ok("produce", { stdin: "kept\n" });
      await command(DAEMON, "stop");
      try {
        const status = await stack.task("status");
        assertEquals(status.code, 3, status.stdout + status.stderr);
        assertStringIncludes(status.stderr, "Docker does not answer");
      } finally {
        await command(DAEMON, "start");
      }
      await until("all is well again", async () => (await stack.task("status")).code === 0);
      const pids = await stack.pids();
      await stack.ok("up");
      assertEquals(await stack.pids(), pids);
      const read = ["--from-beginning", "--format=%v", "--max-messages=1", "--timeout-ms=20000"];
      assertEquals((await stack.ok("consume", ...read)).stdout, "kept\n");
    });
  },
  {
    daemon: true,
    lack: async () =>
      (await denoHost.run(DAEMON, ["owns"])).code === 0
        ? undefined
        : "the Docker daemon is not the tests' own",
  },
);

await engineTest(
  "docker",
  "what a user starts writes as that user; another user's files and a closed socket are named",
  async (engine) => {
    const [uid, group] = ["12345", await command("stat", "-c", "%g", "/var/run/docker.sock")];
    await withProject(async ({ root }) => {
      await withStack({ engine, up: false }, async (stack) => {
        // Deno and the packages that it has fetched, where that user may read and write them.
        const { denoDir } = JSON.parse(await command(Deno.execPath(), "info", "--json"));
        await command("cp", Deno.execPath(), `${root}/deno`);
        await Deno.mkdir(`${root}/.deno`);
        await command("cp", "-r", `${denoDir}/npm`, `${root}/.deno/npm`);
        // That user has no settings by which Maven would find a mirror.
        const [dir, cache] = [stack.dir, cacheDir(denoHost)];
        await claimDirectory(denoHost, dir);
        await placeExporter(denoHost, { dir, cache, progress: () => {} });
        await command("chown", "-R", `${uid}:${uid}`, root, stack.dir);
        const task = (groups: string, name: string, ...args: string[]) =>
          denoHost.run("setpriv", [
            ...["--reuid", uid, "--regid", uid, groups, "env", `HOME=${root}`, "NO_COLOR=1"],
            ...[`DENO_DIR=${root}/.deno`, `${root}/deno`, "task", "-q", name, "--dir", stack.dir],
            ...args,
          ], { cwd: root, timeoutMs: 300_000 });
        const up = (groups: string) =>
          task(groups, "up", "--engine", "docker", "--port-offset", String(stack.portOffset));
        const member = `--groups=${group}`;

        const closed = await up("--clear-groups");
        assertEquals(closed.code, 1, closed.stderr);
        assertStringIncludes(closed.stderr, "Docker's socket refuses this user");
        assertStringIncludes(closed.stderr, "sudo usermod -aG docker");

        const first = await up(member);
        assertEquals(first.code, 0, first.stderr);
        assertEquals(await command("find", stack.dir, "!", "-user", uid), "");
        const down = await task(member, "down");
        assertEquals(down.code, 0, down.stderr);

        // As what root started before, or a daemon that made the directory by itself.
        await command("chown", "-R", "0:0", `${stack.dir}/kafka/log/kafka2`);
        const refused = await up(member);
        assertEquals(refused.code, 1, refused.stderr);
        assertStringIncludes(refused.stderr, `Cannot write ${stack.dir}/kafka/log/kafka2`);
        assertStringIncludes(refused.stderr, `sudo chown -R ${uid}:${uid} ${stack.dir}`);
        assertEquals(await stack.pids(), {});
      });
    });
  },
  {
    programs: ["setpriv"],
    lack: () =>
      Promise.resolve(Deno.uid() === 0 ? undefined : "needs root, to become another user"),
  },
);
