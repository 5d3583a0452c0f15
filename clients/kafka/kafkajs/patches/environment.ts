// Patch of kafkajs 2.2.4: it reads NODE_ENV and KAFKAJS_* when it is imported, and later.
// Without it: the import asks for permissions, a stray variable changes what the clients do, and each
// producer prints a warning about its partitioner.
// Test: "createClient() needs no permission, whatever kafkajs reads from the environment"
import process from "node:process";

/** kafkajs sees fixed values instead of its variables; everybody else sees the real environment. */
export function fixEnvironment() {
  const real = process.env;
  const isFixed = (name: PropertyKey) =>
    typeof name === "string" && (name === "NODE_ENV" || name.startsWith("KAFKAJS_"));
  process.env = new Proxy({}, {
    get: (_, name) => {
      if (!isFixed(name)) return Reflect.get(real, name);
      return name === "KAFKAJS_NO_PARTITIONER_WARNING" ? "1" : undefined;
    },
    has: (_, name) => Reflect.has(real, name),
    set: (_, name, value) => Reflect.set(real, name, value),
    deleteProperty: (_, name) => Reflect.deleteProperty(real, name),
    ownKeys: () => Reflect.ownKeys(real),
    getOwnPropertyDescriptor: (_, name) => Reflect.getOwnPropertyDescriptor(real, name),
  });
}
