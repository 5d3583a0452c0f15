import { assertEquals } from "@std/assert";
import { findDocker } from "../../../../infra/engine/docker/docker_probe.ts";
import { type CommandResult, NoAnswer } from "../../../../infra/engine/host/host.ts";
import { fakeHost } from "../_fake_host.ts";

const done = (stdout: string): CommandResult => ({ code: 0, stdout, stderr: "" });
const failed = (stderr: string, code = 1): CommandResult => ({ code, stdout: "", stderr });

/** What is found where `docker info`, `docker compose version` and `docker-compose version` say so. */
async function probe(info: CommandResult, v2: CommandResult, v1: CommandResult, heapMiB = 1920) {
  const host = fakeHost();
  host.commands = (command, args) =>
    command === "docker-compose" ? v1 : args[0] === "compose" ? v2 : info;
  const found = await findDocker(host, heapMiB);
  return "why" in found ? found.why : `${found.version}, ${found.compose.join(" ")}`;
}

const INFO = done("28.2.2 8000000000\n");
const NO_V2 = failed("docker: 'compose' is not a docker command.");
const NONE = failed("", 127);

Deno.test("findDocker() takes the plugin before docker-compose, and either alone", async () => {
  assertEquals(await probe(INFO, done("2.32.4\n"), done("1.29.2\n")), "28.2.2, docker compose");
  assertEquals(await probe(INFO, done("v2.32.4\n"), NONE), "28.2.2, docker compose");
  assertEquals(await probe(INFO, NO_V2, done("1.29.2\n")), "28.2.2, docker-compose");
});

Deno.test("findDocker() says why Docker cannot run a stack", async () => {
  const v1 = done("1.29.2");
  assertEquals(await probe(NONE, NONE, NONE), "there is no docker command");
  assertEquals(
    await probe(failed("permission denied while trying to connect to the socket"), NO_V2, v1),
    "Docker's socket refuses this user",
  );
  assertEquals(
    await probe(
      failed("Cannot connect to the Docker daemon at unix:///x. Is it running?"),
      NO_V2,
      v1,
    ),
    "no Docker daemon answers",
  );
  assertEquals(
    await probe(failed("first\nsomething else"), NO_V2, v1),
    "docker info failed: something else",
  );
  assertEquals(
    await probe(done("19.03.15 8000000000"), NO_V2, v1),
    "Docker 19.03.15 is too old (needed: 20.10)",
  );
  assertEquals(
    await probe(INFO, NO_V2, NONE),
    "Docker answers, but Docker Compose is not there",
  );
  assertEquals(
    await probe(INFO, NO_V2, done("1.17.1")),
    "Docker Compose 1.17.1 is too old (needed: 1.27)",
  );
  assertEquals(
    await probe(done("20.10.24 1073741824"), NO_V2, v1),
    "Docker has 1024 MiB of memory, the stack's Java heaps add up to 1920 MiB",
  );
});

Deno.test("findDocker() says what of Docker does not answer", async () => {
  const host = fakeHost();
  host.run = () => Promise.reject(new NoAnswer("docker info", 30_000));
  const found = await findDocker(host, 0);
  assertEquals("why" in found && found.why, "docker info does not answer");
});
