// What follows from a descriptor that is added to the list, without a machine: new_service_test.ts
// among the end-to-end tests runs the same service.
import { assertEquals, assertMatch } from "@std/assert";
import { deleteStack } from "../../../infra/engine/deletion.ts";
import {
  DESCRIPTORS,
  type Rendered,
  scrapeTargets,
  startPhases,
  stopPhases,
} from "../../../infra/render/mod.ts";
import { defineStack } from "../../../infra/spec/mod.ts";
import { greeter } from "../../e2e/_greeter.ts";
import { fakeHost } from "../engine/_fake_host.ts";
import { CONTENT, DOCKER, PROGRAMS } from "../render/golden.ts";
import { renderDocker, renderNative } from "../render/_render.ts";

const WITH_GREETER = [...DESCRIPTORS, greeter];
const stack = defineStack({ zookeepers: { count: 1 }, brokers: { count: 1 } });
const monitoring = { content: CONTENT, programs: PROGRAMS };
const native = renderNative(stack, "/s", monitoring, WITH_GREETER);
const docker = renderDocker(stack, "/s", DOCKER, CONTENT, WITH_GREETER);
const fileOf = ({ artifacts }: Rendered, name: string) =>
  artifacts.find(({ path }) => path === name)!.content;

Deno.test("an added service starts after the cluster, and stops before it", () => {
  const lines = (phases: readonly { readonly name: string }[][]) =>
    phases.map((phase) => phase.map(({ name }) => name).join());
  const monitors = "lag_exporter,prometheus,grafana,greeter";
  assertEquals(lines(startPhases(native.services)), ["zookeeper1", "kafka1", monitors]);
  assertEquals(lines(stopPhases(WITH_GREETER, native.services)), [
    monitors,
    "kafka1",
    "zookeeper1",
  ]);
});

Deno.test("an added service is scraped, and has its directories and files", () => {
  assertEquals(scrapeTargets(native.services, "stack").at(-1), {
    ...{ job: "greeter", instance: "greeter", address: "127.0.0.1:8700" },
  });
  assertMatch(
    fileOf(docker, "kafka_monitoring/prometheus/config/prometheus.yml"),
    /"greeter:8700"/,
  );
  assertEquals(native.directories.slice(-2), ["greeter/conf", "greeter/data"]);
  assertMatch(fileOf(native, "greeter/conf/greeting.txt"), /\nhello\n$/);
});

Deno.test("an added service is one of the compose file's, with a health check", () => {
  const compose = fileOf(docker, "docker-compose.yml");
  const own = compose.slice(compose.indexOf("  greeter:"));
  assertMatch(own, /container_name: greeter\n/);
  assertEquals(
    own.slice(own.indexOf("    depends_on:"), own.indexOf("    restart:")),
    `    depends_on:
      kafka1:
        condition: service_started
    volumes:
      - './greeter/conf:/stack/greeter/conf:ro,z'
      - './greeter/data:/stack/greeter/data:z'
    mem_limit: 512m
    healthcheck:
      test:
        - CMD
        - bash
        - '-c'
        - 'exec 3<> /dev/tcp/127.0.0.1/8700 && printf \'\'GET /ready HTTP/1.0\\r\\n\\r\\n\'\' >&3 && read -r line <&3 && [[ $$line == *\'\' 200 \'\'* ]]'
      interval: 5s
      timeout: 5s
      retries: 3
      start_period: 60s
    ports:
      - '127.0.0.1:8700:8700'
`,
  );
});

Deno.test("deleteStack() deletes what an added service made, and nothing else in its place", async () => {
  const host = fakeHost();
  const own = ["greeter/data/started", "kafka_monitoring/greeter.log"];
  for (const path of own) host.files.set(`/s/${path}`, "x");
  host.files.set("/s/greeter/conf/greeting.txt", fileOf(native, "greeter/conf/greeting.txt"));
  host.files.set("/s/greeter/mine", "mine");
  assertEquals(await deleteStack(host, "/s", WITH_GREETER), ["greeter/mine"]);
  assertEquals([...host.files.keys()], ["/s/greeter/mine"]);
});
