// The README's tables of ports and directories, as the descriptors have them.
// `deno run --allow-read --allow-write tests/infra/services/readme.ts` writes them anew.
import { DESCRIPTORS } from "../../../infra/services/mod.ts";
import type { Service } from "../../../infra/services/mod.ts";
import { defineStack, type StackSpec } from "../../../infra/spec/mod.ts";
import { CONTENT, PROGRAMS } from "../render/golden.ts";
import { renderNative } from "../render/_render.ts";

const servicesOf = (spec: StackSpec) =>
  renderNative(defineStack(spec), "/s", { content: CONTENT, programs: PROGRAMS }).services;
const services = servicesOf({});
/** Brokers that are controllers too, and controllers of their own. */
const kraft = [{}, { controllers: {} }].flatMap((spec) => servicesOf({ ...spec, mode: "kraft" }));

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]!.length))
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`;
  return [head, widths.map((width) => "-".repeat(width)), ...rows].map(line).join("\n");
}

/** Which services open which ports for what. */
function ports(services: readonly Service[]): string {
  const rows = new Map<string, { names: string[]; purpose: string; ports: number[] }>();
  for (const { name, ports } of services) {
    const kind = DESCRIPTORS.findIndex(({ names }) => names.test(name));
    for (const [purpose, { port }] of Object.entries(ports)) {
      const key = `${kind} ${purpose}`;
      const row = rows.get(key) ?? { names: [], purpose, ports: [] };
      if (row.ports.includes(port)) continue;
      rows.set(key, { ...row, names: [...row.names, name], ports: [...row.ports, port] });
    }
  }
  return table(
    ["service", "for", "port"],
    [...rows.values()].map((row) => [row.names.join(", "), row.purpose, row.ports.join(", ")]),
  );
}

/** Which services keep what where. */
function directories(): string {
  const all = [...services, ...kraft.filter(({ roles }) => roles.includes("controller"))];
  const names = [...new Set(all.map(({ name }) => name.replace(/\d+$/, "<id>")))];
  const rows = names.flatMap((name) => {
    const descriptor = DESCRIPTORS.find(({ names }) => names.test(name.replace("<id>", "1")))!;
    const { config, data, log } = descriptor.layout(name).directories;
    const cell = (path: string | undefined) => path === undefined ? "" : `\`${path}/\``;
    return config || data || log ? [[`\`${name}\``, cell(config), cell(data), cell(log)]] : [];
  });
  return table(["service", "configuration", "data", "logs"], rows);
}

/** The tables by the names of the comments before and after them. */
export const TABLES: Readonly<Record<string, string>> = {
  ports: ports(services),
  "ports in KRaft mode": ports(kraft.filter(({ roles }) => roles.includes("controller"))),
  directories: directories(),
};

/** A text with its tables as they should be. */
export function withTables(text: string): string {
  return Object.entries(TABLES).reduce((all, [name, rows]) => {
    const [before, after] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
    const [begin, end] = [all.indexOf(before), all.indexOf(after)];
    if (begin < 0 || end < begin) throw new Error(`README.md has no place for the ${name}`);
    return `${all.slice(0, begin)}${before}\n\n${rows}\n\n${all.slice(end)}`;
  }, text);
}

if (import.meta.main) {
  const path = new URL("../../../README.md", import.meta.url);
  await Deno.writeTextFile(path, withTables(await Deno.readTextFile(path)));
}
