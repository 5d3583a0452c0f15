// A copy of the project, whose infra/stack.ts a test may edit as a user would.
import { assertEquals, assertStringIncludes } from "@std/assert";

const PARTS = [
  ...["infra", "monitoring", "tasks", "clients", "compat"],
  ...["deno.json", "deno.lock", ".dockerignore"],
];

/** A copy of the project. */
export interface Project {
  /** Absolute path. */
  readonly root: string;
  /** Replaces a text in infra/stack.ts that must be there. */
  edit(from: string, to: string): Promise<void>;
}

/** Makes a copy, runs `test`, and removes it. */
export async function withProject(test: (project: Project) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "kafka-project-" });
  try {
    const { code } = await new Deno.Command("cp", { args: ["-r", ...PARTS, root] }).output();
    assertEquals(code, 0);
    await test({
      root,
      async edit(from, to) {
        const text = await Deno.readTextFile(`${root}/infra/stack.ts`);
        assertStringIncludes(text, from);
        await Deno.writeTextFile(`${root}/infra/stack.ts`, text.replace(from, to));
      },
    });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}
