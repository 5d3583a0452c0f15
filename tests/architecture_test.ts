// Holds the rules of the layout: who may import whom, one door for each package,
// which modules are pure, where a process may end.
import { assertEquals } from "@std/assert";
import { machineTest } from "./_machine.ts";

/** Folder → folders (or files) of ours that it may import. The first prefix that fits counts. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "infra/spec/": ["infra/spec/"],
  "infra/stack.ts": ["infra/spec/"],
  "infra/services/": ["infra/services/", "infra/spec/"],
  "infra/render/": ["infra/render/", "infra/services/", "infra/spec/"],
  "infra/engine/": ["infra/engine/", "infra/render/", "infra/spec/"],
  "monitoring/": [
    ...["monitoring/", "infra/spec/"],
    ...["infra/services/artifact.ts", "infra/services/content.ts", "infra/render/yaml.ts"],
  ],
  "clients/kafka/": ["clients/kafka/"],
  "clients/cli/": ["clients/cli/", "clients/kafka/"],
  "clients/lag_exporter/": ["clients/lag_exporter/", "clients/kafka/"],
  "clients/": ["clients/"],
  "tasks/": ["tasks/", "infra/", "monitoring/", "clients/"],
};

/** Who may speak to the process: its arguments, its exit code, its console. */
const ENTRIES = /^(tasks\/.*|clients\/(cli\/(main|stdio)|producer|consumer|lag_exporter)\.ts)$/;

interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

async function* sources(folder: string): AsyncGenerator<Source> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* sources(path);
    else if (name.endsWith(".ts")) {
      const text = await Deno.readTextFile(path);
      const found = text.matchAll(/(?:\bfrom\s+|\bimport\(\s*|^import\s+)"([^"]+)"/gm);
      const imports = [...found].map(([, specifier]) =>
        specifier!.startsWith(".")
          ? new URL(specifier!, `file:///${path}`).pathname.slice(1)
          : specifier!
      );
      yield { path, text, imports };
    }
  }
}

async function all(): Promise<Source[]> {
  const found = [];
  for (const folder of ["infra", "monitoring", "clients", "tasks"]) {
    found.push(...await Array.fromAsync(sources(folder)));
  }
  return found;
}

const isOurs = (specifier: string) => /^(infra|monitoring|clients|tasks)\//.test(specifier);

machineTest("every import goes in a direction that the architecture allows", async () => {
  const wrong: string[] = [];
  for (const { path, imports } of await all()) {
    const rule = Object.keys(MAY_IMPORT).find((prefix) => path.startsWith(prefix));
    const allowed = rule === undefined ? [] : MAY_IMPORT[rule]!;
    for (const specifier of imports.filter(isOurs)) {
      if (!allowed.some((prefix) => specifier.startsWith(prefix))) {
        wrong.push(`${path} → ${specifier}`);
      }
    }
  }
  assertEquals(wrong, []);
});

machineTest("each external package has one door", async () => {
  const doors = new Map<string, Set<string>>();
  for (const { path, imports } of await all()) {
    for (const specifier of imports) {
      if (isOurs(specifier) || specifier.startsWith("node:")) continue;
      const name = specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
      doors.set(name, (doors.get(name) ?? new Set()).add(path));
    }
  }
  const several = [...doors].filter(([, paths]) => paths.size > 1)
    .map(([name, paths]) => `${name}: ${[...paths].join(", ")}`);
  assertEquals(several, []);
});

machineTest("modules that call themselves pure are", async () => {
  const impure: string[] = [];
  for (const { path, text } of await all()) {
    if (!text.includes("This module is pure: no Deno APIs, no I/O.")) {
      if (/^infra\/(spec|services|render)\//.test(path) && !path.endsWith("/mod.ts")) {
        impure.push(`${path}: unsaid`);
      }
      continue;
    }
    const code = text.replace(/\/\*[^]*?\*\/|\/\/.*/g, "");
    const use =
      /\bDeno\.|\bfetch\(|\bconsole\.|\bDate\.now|\bset(Timeout|Interval)|"node:(?!crypto|path|buffer|zlib)/
        .exec(code);
    if (use) impure.push(`${path}: ${use[0]}`);
  }
  assertEquals(impure, []);
});

machineTest(
  "only tasks and the clients' entries touch the process; infra only through Host",
  async () => {
    const wrong: string[] = [];
    for (const { path, text } of await all()) {
      const code = text.replace(/\/\*[^]*?\*\/|\/\/.*/g, "");
      if (!ENTRIES.test(path) && /\bDeno\.(exit|args)\b|\bconsole\./.test(code)) {
        wrong.push(`${path}: the process`);
      }
      if (
        path.startsWith("infra/") && !/^infra\/engine\/host\/deno_\w+\.ts$/.test(path) &&
        /\bDeno\./.test(code)
      ) {
        wrong.push(`${path}: Deno`);
      }
    }
    assertEquals(wrong, []);
  },
);

machineTest("no source file grows past 300 lines", async () => {
  const long = (await all()).filter(({ text }) => text.split("\n").length > 300);
  assertEquals(long.map(({ path }) => path), []);
});

machineTest(
  "every task that deno.json names has its file, and every task file its name",
  async () => {
    const { tasks } = JSON.parse(await Deno.readTextFile("deno.json"));
    const named = Object.values(tasks as Record<string, { command: string; description: string }>)
      .flatMap(({ command }) => /tasks\/\w+\.ts/.exec(command)?.[0] ?? []);
    const files = (await Array.fromAsync(Deno.readDir("tasks"), ({ name }) => `tasks/${name}`))
      .filter((path) => !path.includes("/_"));
    assertEquals(named.sort(), files.sort());
  },
);
