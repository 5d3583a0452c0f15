// Cases that share one running stack: to start one takes longer than most cases do.
import { type EngineName, lacksOf, type Needs } from "./_needs.ts";
import { withProject } from "./_project.ts";
import { engineTest, type StackOptions, type TestStack, withStack } from "./_stack.ts";

type Run = (stack: TestStack) => Promise<void>;

/**
 * A case: it uses topics and groups of its own, and leaves every service running that it found.
 * Only the last one may leave less.
 */
type Case = Run | (Needs & { readonly engine?: EngineName; readonly run: Run });

/** Options of {@linkcode sharedTest}: those of its stack, and the engines it runs on. */
interface SharedOptions extends Pick<StackOptions, "monitoring" | "args"> {
  /** Default: each. */
  readonly engines?: readonly EngineName[];
  /** What is replaced in infra/stack.ts by what. */
  readonly edit?: readonly [from: string, to: string];
}

/**
 * Registers, for each engine, a test whose steps are the cases, one after another on one stack. A
 * case that fails ends its stack: those after it get a new one.
 *
 * @param cases By name.
 */
export async function sharedTest(
  title: string,
  cases: Readonly<Record<string, Case>>,
  { engines = ["native", "docker"], edit, monitoring = false, args = [] }: SharedOptions = {},
) {
  for (const engine of engines) {
    const all = Object.entries(cases)
      .map(([name, one]) => ({ name, ...(typeof one === "function" ? { run: one } : one) }))
      .filter((one: { engine?: EngineName }) => (one.engine ?? engine) === engine);
    const left = await Promise.all(
      all.map(async (one) => ({ ...one, lacks: await lacksOf(engine, one) })),
    );
    const run = (options: StackOptions, context: Deno.TestContext) =>
      withStack({ ...options, engine, monitoring, args }, async (stack) => {
        for (let passed = true; passed && left.length > 0;) {
          const { name, run, lacks } = left.shift()!;
          if (lacks.length === 0) passed = await context.step(name, () => run(stack));
          else {
            const ignored = `${name} (ignored: ${lacks.join(", ")})`;
            await context.step({ name: ignored, ignore: true, fn: () => {} });
          }
        }
      });
    await engineTest(engine, title, async (_, context) => {
      while (left.length > 0) {
        if (edit === undefined) await run({}, context);
        else {
          await withProject(async (project) => {
            await project.edit(...edit);
            await run({ root: project.root }, context);
          });
        }
      }
    });
  }
}
