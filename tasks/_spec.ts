// infra/stack.ts, which a user edits: a mistake in it is no reason to leave a stack running.
import { say } from "../clients/cli/main.ts";
import type { StackRecord } from "../infra/engine/record.ts";
import { Failure, InvalidSpec, type StackSpec, validateSpec } from "../infra/spec/mod.ts";

/** What infra/stack.ts describes; `fault`: why it cannot be loaded, and then `spec` is empty. */
export const { spec, fault }: { readonly spec: StackSpec; readonly fault?: Failure } =
  // Loaded like this, a file that Deno cannot read ends only the tasks that need it.
  await import("../infra/stack.ts").catch((cause: Error) => ({
    spec: {},
    fault: new Failure(`infra/stack.ts cannot be loaded: ${cause.message}`, { exitCode: 2, cause }),
  }));

/** What the last `up` was given, as far as the record says it. */
export function lastSpec(record: StackRecord | undefined): StackSpec {
  if (record?.spec && validateSpec(record.spec).length === 0) return record.spec;
  return record ? { name: record.name } : {};
}

/** Says in one line what is wrong with infra/stack.ts, and that {@linkcode lastSpec} is taken. */
export function tellInvalid(invalid: Failure) {
  const [problem] = invalid instanceof InvalidSpec ? invalid.problems : [];
  const reason = problem
    ? `infra/stack.ts is not valid (${problem.path}: ${problem.reason})`
    : invalid.message.split("\n")[0];
  say(`Warning: ${reason}. The description that the last up used is taken instead.`);
}
