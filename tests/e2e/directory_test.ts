// Which directory and which processes are a stack's, for whoever names it however.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { relative, resolve } from "node:path";
import { denoHost } from "../../infra/engine/host/deno_host.ts";
import { dockerEngine } from "../../infra/engine/docker/docker.ts";
import { observeDocker } from "../../infra/engine/docker/docker_containers.ts";
import { SERVICE_MARK } from "../../infra/engine/native/marks.ts";
import { observeNative } from "../../infra/engine/native/native.ts";
import { machineTest } from "../_machine.ts";
import { command, deno, e2eTest, engineTest, type Result, until, withStack } from "./_stack.ts";
import type { EngineName } from "./_needs.ts";

const ROOT = resolve(import.meta.dirname!, "../..");

/** Runs `deno task <name> --dir <dir>`, called in the project's directory. */
const task = (dir: string, name: string, ...args: string[]) =>
  deno(["task", "-q", name, "--dir", dir, ...args], { env: { INIT_CWD: ROOT } });

async function ok(result: Promise<Result>): Promise<Result> {
  const { code, stdout, stderr } = await result;
  assertEquals(code, 0, stdout + stderr);
  return { code, stdout, stderr };
}

/** Pids of what runs in a directory, by service. */
async function pids(engine: EngineName, dir: string): Promise<Record<string, number>> {
  const observe = engine === "docker" ? observeDocker : observeNative;
  const all = [...(await observe(denoHost, dir)).values()];
  return Object.fromEntries(all.map(({ name, pid }) => [name, pid]));
}

/** Names and contents of all files in a directory. */
async function contents(dir: string): Promise<string> {
  return await command(
    "sh",
    "-c",
    'cd "$1" && find . -type f ! -name .lock | sort | xargs -d "\\n" md5sum',
    "sh",
    dir,
  );
}

/** Makes an empty directory and ports, and ends what runs in any directory in it afterwards. */
async function withDirectory(
  engine: EngineName,
  test: (root: string, up: (dir: string, ...args: string[]) => Promise<Result>) => Promise<void>,
) {
  await withStack({ engine, up: false }, async ({ dir: root, portOffset }) => {
    const ports = ["--port-offset", String(portOffset)];
    const small = ["--engine", engine, "--brokers", "1", "--without", "monitoring", ...ports];
    try {
      await test(root, (dir, ...args) => task(dir, "up", ...small, ...args));
    } finally {
      for (const name of await denoHost.list(root)) {
        if (Object.keys(await pids(engine, `${root}/${name}`)).length > 0) {
          await ok(task(`${root}/${name}`, "down"));
        }
      }
    }
  });
}

machineTest(
  "every task that writes or deletes refuses a directory with files and no mark, and changes nothing",
  async () => {
    const root = await Deno.makeTempDir({ prefix: "kafka-app-" });
    try {
      const app = `${root}/app`;
      for (const folder of ["bin", "kafka/log/kafka1"]) {
        await Deno.mkdir(`${app}/${folder}`, { recursive: true });
        await Deno.writeTextFile(`${app}/${folder}/mine`, "mine\n");
      }
      await Deno.writeTextFile(`${app}/.env`, "A=1\n");
      await Deno.writeTextFile(`${app}/docker-compose.yml`, "services: {}\n");
      await Deno.symlink(app, `${root}/link`);
      const before = await contents(app);
      const tasks = [
        ...[["up", "--engine", "native"], ["up", "--engine", "docker"], ["up", "--dry-run"]],
        ...[["render", "--engine", "docker"], ["render", "--engine", "native"], [
          "render",
          "--check",
        ]],
        ...[["start"], ["stop"], ["restart", "kafka1"], ["shell", "--", "true"]],
        ...[["down"], ["down", "--delete-data", "--yes"]],
      ];
      for (const [name, ...args] of tasks) {
        for (const dir of [app, `${root}/link`]) {
          const { code, stderr } = await task(dir, name!, ...args);
          assertEquals(code, 1, `${name}\n${stderr}`);
          assertStringIncludes(
            stderr,
            `${app} is no directory of a stack: it holds .env, bin, docker-compose.yml, kafka`,
          );
          assertStringIncludes(stderr, "--dir <directory>");
        }
      }
      const doctor = await task(app, "doctor");
      assertEquals(doctor.code, 3, doctor.stdout + doctor.stderr);
      assertMatch(
        doctor.stdout,
        new RegExp(`^FAIL  directory +${app} is no directory of a stack: it holds`, "m"),
      );
      for (const [name, ...args] of [["status"], ["logs"], ["top", "--once"], ["topic:list"]]) {
        assertEquals((await task(app, name!, ...args)).code, 3, name);
      }
      assertEquals(await contents(app), before);

      // A directory that a stack may have, with files in it that it did not make.
      const stack = `${root}/stack`;
      await ok(task(stack, "render", "--engine", "native"));
      await Deno.writeTextFile(`${stack}/.env`, "A=1\n");
      const mixed = await contents(stack);
      const docker = await task(stack, "render", "--engine", "docker");
      assertEquals(docker.code, 1, docker.stderr);
      assertStringIncludes(docker.stderr, `would be overwritten: ${stack}/.env`);
      assertEquals(await contents(stack), mixed);
      await Deno.writeTextFile(`${stack}/kafka/config/kafka1/notes`, "mine\n");
      const down = await ok(task(stack, "down", "--delete-data", "--yes"));
      assertStringIncludes(down.stderr, "and stay: .env, kafka/config/kafka1/notes");
      const left = await command(
        "sh",
        "-c",
        'cd "$1" && find . -type f ! -name .lock | sort',
        "sh",
        stack,
      );
      assertEquals(left.split("\n"), ["./.env", "./.kafka-stack", "./kafka/config/kafka1/notes"]);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
);

machineTest(
  "--dir and --output count from where the user stands; exports overwrite only exports",
  async () => {
    const root = await Deno.makeTempDir({ prefix: "kafka-cwd-" });
    try {
      const from = `${root}/here`;
      await Deno.mkdir(from);
      const here = async (...args: string[]): Promise<Result> => {
        const words = [Deno.execPath(), "task", "-q", "--config", `${ROOT}/deno.json`, ...args];
        const { code, stdout, stderr } = await new Deno.Command("sh", {
          // Deno keeps the word of a task around this one.
          args: ["-c", 'unset INIT_CWD; exec "$@"', "sh", ...words],
          cwd: from,
          env: { NO_COLOR: "1" },
          stdin: "null",
        }).output();
        const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
        return { code, stdout: text(stdout), stderr: text(stderr) };
      };
      const render = await ok(here("render", "--engine", "native", "--dir", "../my stack"));
      assertEquals((await Deno.stat(`${root}/my stack/client.properties`)).isFile, true);
      assertStringIncludes(render.stderr, `deno task up --dir '${root}/my stack'`);

      await ok(here("dashboards", "--output", "export"));
      await ok(here("dashboards", "--output", "export"));
      assertEquals((await Deno.stat(`${from}/export/dashboards`)).isDirectory, true);
      await Deno.writeTextFile(`${from}/export/rules.yml`, "groups: []\n");
      const before = await contents(`${from}/export`);
      const refused = await here("dashboards", "--output", "export");
      assertEquals(refused.code, 1, refused.stderr);
      assertStringIncludes(refused.stderr, `would be overwritten: ${from}/export/rules.yml`);
      assertEquals(await contents(`${from}/export`), before);

      const picture = await here("top", "--svg", "none/top.svg", "--dir", "../my stack");
      assertEquals(picture.code, 1, picture.stderr);
      assertStringIncludes(picture.stderr, `there is no directory ${from}/none`);
      const silent = await here("top", "--svg", "top.svg", "--dir", "../my stack");
      assertEquals(silent.code, 3, silent.stderr);
      assertEquals((await denoHost.list(from)).sort(), ["export"]);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
);

await e2eTest(
  "a stack is found by every name of its directory, after a move too, and no other task reaches it",
  async (engine) => {
    await withDirectory(engine, async (root, up) => {
      const dir = `${root}/my stack`;
      const first = await ok(up(dir));
      const before = await pids(engine, dir);
      assertEquals(Object.keys(before).length, engine === "docker" ? 5 : 4);

      // What is said to type next can be pasted into a shell, wherever that is.
      const [hint] = /deno task status --dir .*?(?= {2,})/.exec(first.stderr)!;
      const pasted = hint.replace("deno task", `'${Deno.execPath()}' task -q`);
      await command("sh", "-c", `cd '${ROOT}/docs' && ${pasted}`);

      // A directory whose name begins like the stack's.
      const prefix = `${root}/my`;
      assertStringIncludes((await ok(task(prefix, "down"))).stderr, `no stack in ${prefix}`);
      const taken = await up(prefix);
      assertEquals(taken.code, 1, taken.stderr);
      assertMatch(taken.stderr, /Cannot start: \d+ ports are taken\n {2}zookeeper1: port/);
      assertStringIncludes(taken.stderr, `kafka1 of the stack in ${dir}`);
      assertStringIncludes(taken.stderr, `deno task down --dir '${dir}'`);
      await ok(task(prefix, "down", "--delete-data", "--yes"));
      assertEquals(await pids(engine, dir), before);

      const link = `${root}/link`;
      await Deno.symlink(dir, link);
      await ok(task(link, "status"));
      // As the version before left it: without a mark.
      await Deno.remove(`${dir}/.kafka-stack`);
      assertStringIncludes((await ok(up(`${link}/`))).stderr, "services were running already");
      assert((await denoHost.list(dir)).includes(".kafka-stack"));
      await ok(task(relative(ROOT, link), "status"));
      assertEquals(await pids(engine, dir), before);

      // A record that is not whole: what runs is found all the same.
      const record = await Deno.readTextFile(`${dir}/stack.json`);
      await Deno.writeTextFile(`${dir}/stack.json`, '{"version":1,"services":{}}');
      const damaged = await task(dir, "topic:list");
      assertEquals(damaged.code, 3, damaged.stdout + damaged.stderr);
      assertStringIncludes(damaged.stderr, "stack.json is damaged (name is missing)");
      assertStringIncludes((await ok(up(dir))).stderr, "services were running already");
      assertEquals(await pids(engine, dir), before);
      await Deno.writeTextFile(`${dir}/stack.json`, record);

      const logs = `'${Deno.execPath()}' task -q logs -f kafka1 --dir '${dir}' | head -1`;
      let ended = "";
      command("sh", "-c", logs).then((line) => ended = line);
      await until(
        "logs -f ends with its reader",
        () => Promise.resolve(ended.startsWith("kafka1 |")),
      );

      const moved = `${root}/moved`;
      await Deno.rename(dir, moved);
      await Deno.remove(link);
      await Deno.symlink(moved, link);
      // A broker whose log directory is no more where it was ends by itself.
      const { kafka1: _, ...others } = before;
      const { kafka1: __, ...found } = await pids(engine, moved);
      assertEquals(found, others);
      await Deno.writeTextFile(`${moved}/notes`, "mine\n");
      const down = await ok(task(link, "down", "--delete-data", "--yes"));
      assertMatch(down.stderr, /stops .*zookeeper1/);
      assertStringIncludes(down.stderr, "and stay: notes");
      assertEquals(await pids(engine, moved), {});
      const all = (await denoHost.processes(SERVICE_MARK)).map(({ pid }) => pid);
      assertEquals(all.filter((pid) => Object.values(before).includes(pid)), []);
      assertEquals((await denoHost.list(moved)).sort(), [".kafka-stack", "notes"]);
    });
  },
);

await engineTest(
  "docker",
  "memory is read from Docker where the daemon is elsewhere",
  async (engine) => {
    await withDirectory(engine, async (root, up) => {
      const dir = `${root}/s`;
      await ok(up(dir));
      const running = [...(await observeDocker(denoHost, dir)).values()];
      const own = running.find(({ name }) => name === "kafka1")!.memoryBytes!;
      const asked = dockerEngine({
        ...{ host: denoHost, dir, project: "none" },
        ...{ docker: () => Promise.reject(), build: () => Promise.reject(), report: () => {} },
      });
      const memory = await asked.memory!(running);
      assertEquals([...memory.keys()].sort(), running.map(({ name }) => name).sort());
      // The daemon counts what the JVM has and what it shares.
      const ratio = memory.get("kafka1")! / own;
      assert(ratio > 0.3 && ratio < 3, `kafka1: ${own} here, ${memory.get("kafka1")} by Docker`);
    });
  },
);

/** Why no small file system can be mounted here. */
const noMount = async () => {
  if (Deno.uid() !== 0) return "needs root, to mount a full disk";
  const dir = await Deno.makeTempDir();
  const { code } = await denoHost.run("mount", ["-t", "tmpfs", "tmpfs", dir]);
  if (code === 0) await denoHost.run("umount", [dir]);
  await Deno.remove(dir);
  return code === 0 ? undefined : "no file system can be mounted";
};

await engineTest(
  "native",
  "down stops all on a full disk, says what it cannot write, leaves no other file",
  async (engine) => {
    await withDirectory(engine, async (root, up) => {
      const disk = `${root}/disk`;
      await Deno.mkdir(disk);
      // Full when it has no inodes left: that costs no memory.
      await command("mount", "-t", "tmpfs", "-o", "size=1500m,nr_inodes=600", "tmpfs", disk);
      try {
        const dir = `${disk}/s`;
        await ok(up(dir));
        // What services free while they end is taken at once.
        const fill =
          'cd "$1" && n=0 && while :; do true > "fill$n" && n=$((n+1)) || sleep 0.05; done';
        const filler = new Deno.Command("sh", {
          args: ["-c", fill, "sh", disk],
          stderr: "null",
        }).spawn();
        await until(
          "the disk is full",
          async () => (await denoHost.run("mkdir", [`${disk}/one more`])).code !== 0,
        );
        const down = await ok(task(dir, "down"));
        filler.kill();
        await filler.status;
        assertStringIncludes(down.stderr, `Warning: Cannot write ${dir}/stack.json: no space left`);
        assertStringIncludes(down.stderr, "All services have stopped.");
        assertEquals(await pids(engine, dir), {});
        const names = await denoHost.list(dir);
        assertEquals(names.filter((name) => name.endsWith(".tmp")), []);
      } finally {
        await task(`${disk}/s`, "down");
        await command("umount", disk);
      }
    });
  },
  { programs: ["mount"], lack: noMount },
);
