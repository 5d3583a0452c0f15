import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { buildClientImage, clientImage } from "../../../../infra/engine/docker/client_image.ts";
import { defineStack, Failure } from "../../../../infra/spec/mod.ts";
import { fakeHost } from "../_fake_host.ts";

const stack = defineStack({});

function hostWithProject() {
  const host = fakeHost();
  for (
    const path of [
      ...["deno.json", "deno.lock", "infra/kafka_client/Dockerfile", "clients/producer.ts"],
      ...["compat/cli/mod.ts", "tasks/up.ts"],
    ]
  ) host.files.set(`/src/${path}`, path);
  return host;
}

Deno.test("clientImage() has another name when something in the image changes", async () => {
  const host = hostWithProject();
  const name = await clientImage(host, stack, "/src");
  assertEquals(/^kafka-stack-client:3\.9\.2-[0-9a-f]{12}$/.test(name), true, name);
  host.files.set("/src/tasks/up.ts", "not in the image");
  assertEquals(await clientImage(host, stack, "/src"), name);
  host.files.set("/src/compat/cli/mod.ts", "changed");
  const changed = await clientImage(host, stack, "/src");
  assertNotEquals(changed, name);
  const mirror = defineStack({ docker: { images: { kafka: "mirror.example/kafka:3.9.2" } } });
  assertNotEquals(await clientImage(host, mirror, "/src"), changed);
});

Deno.test("buildClientImage() shows the end of a build that failed", async () => {
  const host = hostWithProject();
  host.run = (_command, _args, options) => {
    for (const line of ["Step 1/9 : FROM x", "pull access denied"]) options?.onLine?.(line);
    return Promise.resolve({ code: 1, stdout: "", stderr: "" });
  };
  const error = await assertRejects(() => buildClientImage(host, stack, "/src", () => {}), Failure);
  assertEquals(
    error.message,
    `Cannot build ${await clientImage(host, stack, "/src")}\n` +
      "  | Step 1/9 : FROM x\n  | pull access denied",
  );
});
