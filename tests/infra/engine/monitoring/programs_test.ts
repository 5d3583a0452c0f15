import { assertEquals } from "@std/assert";
import { denoHost } from "../../../../infra/engine/host/deno_host.ts";
import type { Host } from "../../../../infra/engine/host/host.ts";
import { findPrograms } from "../../../../infra/engine/monitoring/programs.ts";
import { machineTest } from "../../../_machine.ts";
import { fakeHost } from "../_fake_host.ts";

Deno.test("findPrograms() names the install command of what is not there", async () => {
  const missing = async (os: Host["os"], stdout: string) => {
    const host = { ...fakeHost(), os, run: () => Promise.resolve({ code: 0, stdout, stderr: "" }) };
    return (await findPrograms(host)).missing.map(({ install }) => install);
  };
  assertEquals(await missing("linux", ""), [
    "sudo apt install prometheus && sudo systemctl disable --now prometheus",
    "https://grafana.com/docs/grafana/latest/setup-grafana/installation",
  ]);
  assertEquals(await missing("darwin", ""), ["brew install prometheus", "brew install grafana"]);
  assertEquals(await missing("linux", "prometheus /p\ngrafana /g/bin/grafana\nhome /g\n"), []);
  // A program without its home cannot be started.
  assertEquals((await missing("darwin", "prometheus /p\ngrafana /g\n")).length, 1);
});

const PROGRAM = "#!/bin/sh\n";
/** What finds programs. */
const TOOLS = { "bin/sh": "->/bin/sh", "bin/readlink": "->/usr/bin/readlink" };

/**
 * Runs `test` on files by path: what begins with `->` is a link, the others are programs.
 *
 * @param test Gets a host whose PATH has nothing but `bin`, and the directory above it.
 */
async function withFiles(
  files: Readonly<Record<string, string>>,
  test: (host: Host, root: string) => Promise<void>,
) {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const [path, content] of Object.entries({ ...TOOLS, ...files })) {
      await Deno.mkdir(`${root}/${path}`.replace(/[^/]+$/, ""), { recursive: true });
      if (content.startsWith("->")) await Deno.symlink(content.slice(2), `${root}/${path}`);
      else await Deno.writeTextFile(`${root}/${path}`, content, { mode: 0o755 });
    }
    const run: Host["run"] = (command, args, options) =>
      denoHost.run("sh", ["-c", 'PATH=$0; exec "$@"', `${root}/bin`, command, ...args], options);
    await test({ ...denoHost, run }, root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

machineTest("findPrograms() finds the home of a tarball's Grafana by a link to it", async () => {
  await withFiles({
    "opt/grafana/bin/grafana": PROGRAM,
    "opt/grafana/conf/defaults.ini": "",
    "bin/grafana": "->../opt/grafana/bin/grafana",
    "bin/prometheus": PROGRAM,
  }, async (host, root) => {
    assertEquals(await findPrograms(host), {
      prometheus: `${root}/bin/prometheus`,
      grafana: { command: `${root}/opt/grafana/bin/grafana`, home: `${root}/opt/grafana` },
      missing: [],
    });
  });
});

machineTest("findPrograms() finds the home of Homebrew's Grafana", async () => {
  await withFiles({
    "Cellar/grafana/12/bin/grafana": PROGRAM,
    "Cellar/grafana/12/share/grafana/conf/defaults.ini": "",
    "bin/grafana": "->../Cellar/grafana/12/bin/grafana",
  }, async (host, root) => {
    const { grafana, prometheus } = await findPrograms(host);
    const home = `${root}/Cellar/grafana/12/share/grafana`;
    assertEquals(grafana, { command: `${root}/bin/grafana`, home });
    assertEquals(prometheus, undefined);
  });
});

machineTest("findPrograms() prefers the new program beside an old name of it", async () => {
  await withFiles({
    "grafana/bin/grafana": PROGRAM,
    "grafana/bin/grafana-server": PROGRAM,
    "grafana/conf/defaults.ini": "",
    "bin/grafana-server": "->../grafana/bin/grafana-server",
  }, async (host, root) => {
    const { grafana } = await findPrograms(host);
    assertEquals(grafana, { command: `${root}/grafana/bin/grafana`, home: `${root}/grafana` });
  });
});
