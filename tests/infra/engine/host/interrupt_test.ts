// Interruptions and time-outs on the real host: whatever takes time ends, and leaves nothing behind.
import { assertEquals, assertRejects } from "@std/assert";
import { denoHost, denoHostUntil } from "../../../../infra/engine/host/deno_host.ts";
import { type Host, Interrupted, NoAnswer } from "../../../../infra/engine/host/host.ts";
import { machineTest } from "../../../_machine.ts";

/** Whether a process is there. */
const runs = async (pid: string) => (await denoHost.run("ps", ["-p", pid.trim()])).code === 0;

async function gone(pid: string) {
  for (const deadline = Date.now() + 60_000; await runs(pid);) {
    if (Date.now() > deadline) throw new Error(`process ${pid} is still there`);
    await denoHost.sleep(20);
  }
}

/** A script that says the pid of a command of its own, and waits for that. */
const SCRIPT = `sh -c 'sleep 1000 & echo $!; wait' & wait`;

machineTest("run() names a command that does not end, and ends what it has started", async () => {
  let pid = "";
  const options = { name: "docker ps", timeoutMs: 500, onLine: (line: string) => pid = line };
  const hung = () => denoHost.run("sh", ["-c", SCRIPT], options);
  await assertRejects(hung, NoAnswer, "docker ps does not answer");
  await gone(pid);
  const unnamed = () => denoHost.run("sleep", ["1000"], { timeoutMs: 1 });
  await assertRejects(unnamed, NoAnswer, "sleep 1000 does not answer");
});

/** Interrupts what `begin` does, as soon as that calls what it is given. */
async function interrupted(begin: (host: Host, begun: () => void) => Promise<unknown>) {
  const stop = new AbortController();
  const host = denoHostUntil(stop.signal);
  await assertRejects(() => begin(host, () => stop.abort()), Interrupted);
  // Nothing is begun after it.
  await assertRejects(() => begin(host, () => {}), Interrupted);
}

machineTest("an interruption ends waits and commands, and starts no more", async () => {
  await interrupted((host, begun) => {
    queueMicrotask(begun);
    return host.sleep(1_000_000);
  });
  const pids: string[] = [];
  await interrupted((host, begun) => {
    const onLine = (line: string) => {
      pids.push(line);
      begun();
    };
    return host.run("sh", ["-c", SCRIPT], { onLine });
  });
  assertEquals(pids.length, 1);
  await gone(pids[0]!);
  const host = denoHostUntil(AbortSignal.abort());
  await assertRejects(() => host.spawnDetached("sleep", ["1"], "/dev/null"), Interrupted);
  await assertRejects(() => host.spawnTemporary("sleep", ["1"], "/dev/null"), Interrupted);
});

machineTest(
  "an interruption kills what was started for the task alone, and nothing else",
  async () => {
    const stop = new AbortController();
    const host = denoHostUntil(stop.signal);
    const args = ["sleep", ["1000"], "/dev/null"] as const;
    const [temporary, lasting] = [
      await host.spawnTemporary(...args),
      await host.spawnDetached(...args),
    ];
    stop.abort();
    await gone(String(temporary));
    assertEquals(await runs(String(lasting)), true);
    await denoHost.kill(lasting, "SIGKILL");
  },
);

machineTest("an interruption ends connections and downloads that stall", async () => {
  let stalled = () => {};
  const ended: Promise<void>[] = [];
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (_, { completed }) => {
      ended.push(completed.catch(() => {}));
      stalled();
      // A beginning, and then nothing.
      const body = new ReadableStream({ start: (to) => to.enqueue(new Uint8Array(10)) });
      return new Response(body, { headers: { "content-length": "1000" } });
    },
  );
  const { hostname: host, port } = server.addr;
  const file = await Deno.makeTempFile();
  try {
    await interrupted((own, begun) => {
      stalled = begun;
      return own.ask({ host, port }, "GET / HTTP/1.0\r\n\r\n", 1_000_000);
    });
    stalled = () => {};
    await interrupted((own, begun) => own.download(`http://${host}:${port}`, file, begun));
    await Promise.all(ended);
  } finally {
    await Deno.remove(file);
  }
});
