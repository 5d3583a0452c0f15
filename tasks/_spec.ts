// infra/stack.ts, which a user edits: a mistake in it is no reason to leave a stack running.
import { say } from "../clients/cli/main.ts";
import type { Overrides, StackRecord } from "../infra/engine/record.ts";
import { Failure, inMode, InvalidSpec, type StackSpec, validateSpec } from "../infra/spec/mod.ts";

/** What infra/stack.ts describes; `fault`: why it cannot be loaded, and then `spec` is empty. */
export const { spec, fault }: { readonly spec: StackSpec; readonly fault?: Failure } =
  // Loaded like this, a file that Deno cannot read ends only the tasks that need it.
  await import("../infra/stack.ts").catch((cause: Error) => ({
    spec: {},
    fault: new Failure(`infra/stack.ts cannot be loaded: ${cause.message}`, { exitCode: 2, cause }),
  }));

/** A spec with the flags that were given to `up` over it. */
export function withOverrides(
  spec: StackSpec,
  { mode, brokers, portOffset, monitoring }: Overrides,
): StackSpec {
  return {
    ...(mode === undefined ? spec : inMode(spec, mode)),
    ...(portOffset === undefined ? {} : { portOffset }),
    brokers: over(spec.brokers, brokers === undefined ? {} : { count: brokers }),
    monitoring: over(spec.monitoring, monitoring === false ? { enabled: false } : {}),
  };
}

/** Settings with others over them; what is no group of settings stays, to be refused. */
function over<T extends object>(settings: T | undefined, others: Partial<T>): T {
  return typeof (settings ?? {}) === "object" ? { ...settings as T, ...others } : settings!;
}

/**
 * Opens the spec for a task that only looks at a stack, or stops it. Where infra/stack.ts is not
 * valid that is said, and what the last `up` was given is opened; `invalid` is then what is wrong.
 */
export async function openValid<T extends object>(
  record: StackRecord | undefined,
  open: (spec: StackSpec) => T | Promise<T>,
): Promise<T & { readonly invalid?: Failure }> {
  try {
    if (fault) throw fault;
    return await open(spec);
  } catch (error) {
    if (!(error instanceof InvalidSpec || error === fault)) throw error;
    tellInvalid(error as Failure);
    return { ...await open(lastSpec(record)), invalid: error as Failure };
  }
}

/** What the last `up` was given, as far as the record says it. */
function lastSpec(record: StackRecord | undefined): StackSpec {
  if (record?.spec && validateSpec(record.spec).length === 0) return record.spec;
  return record ? { name: record.name } : {};
}

/** Says in one line what is wrong with infra/stack.ts, and that {@linkcode lastSpec} is taken. */
function tellInvalid(invalid: Failure) {
  const [problem] = invalid instanceof InvalidSpec ? invalid.problems : [];
  const reason = problem
    ? `infra/stack.ts is not valid (${problem.path}: ${problem.reason})`
    : invalid.message.split("\n")[0];
  say(`Warning: ${reason}. The description that the last up used is taken instead.`);
}
