// The JVMs of brokers, ZooKeepers and controllers: memory, garbage collection, threads, files.
// This module is pure: no Deno APIs, no I/O.
import { type Dashboard, worseAbove } from "./panel.ts";
import { type AnyMode, ofService, othersOf, serviceOf } from "./variables.ts";

const gc = (mode: AnyMode, metric: string) =>
  `rate(jvm_gc_collection_seconds_${metric}{${ofService(mode)}}[$__rate_interval])`;

/** Names of metrics as the JMX exporter has them since 1.0: `jvm_memory_used_bytes`. */
export const jvm = (mode: AnyMode): Dashboard => ({
  uid: "kafka-jvm",
  title: "Kafka JVM",
  description: `Have the JVMs of brokers and ${
    othersOf(mode)
  } enough memory, time, threads and files?`,
  variables: [serviceOf(mode)],
  rows: [
    {
      title: "Process",
      panels: [
        {
          title: "Uptime",
          means: "How long each service runs.",
          worry: "It begins anew although nobody restarted it.",
          act: "`deno task logs` of the service: out of memory, or killed?",
          kind: "stat",
          unit: "s",
          size: "full",
          queries: [{
            expr: `time() - process_start_time_seconds{${ofService(mode)}}`,
            legend: "{{instance}}",
          }],
        },
        {
          title: "CPU per Service",
          means: `Processor time of every service, ${
            othersOf(mode)
          } too; 100 % is one core in full use.`,
          worry: "All together use all cores.",
          act: "See Time in GC first, then Brokers, Request Rate.",
          kind: "timeseries",
          unit: "percentunit",
          size: "third",
          queries: [{
            expr: `rate(process_cpu_seconds_total{${ofService(mode)}}[$__rate_interval])`,
            legend: "{{instance}}",
          }],
        },
        {
          title: "Resident Memory",
          means:
            "Memory that the operating system gave to each process: heap, stacks, code and buffers.",
          worry:
            "It nears the memory of the machine or the container: the kernel ends the process.",
          act: "Lower `heap`; a broker's data belongs into the page cache, not into its heap.",
          kind: "timeseries",
          unit: "bytes",
          size: "third",
          queries: [{
            expr: `process_resident_memory_bytes{${ofService(mode)}}`,
            legend: "{{instance}}",
          }],
        },
        {
          title: "Open Files of the Limit",
          means: "Files and sockets open, as a share of what the process may have.",
          worry: "Above 80 %: at 100 % it accepts no connection and opens no segment.",
          act: "Raise the limit (`ulimit -n`) and restart.",
          kind: "timeseries",
          unit: "percentunit",
          size: "third",
          queries: [{
            expr: `process_open_fds{${ofService(mode)}} / process_max_fds{${ofService(mode)}}`,
            legend: "{{instance}}",
          }],
          thresholds: worseAbove(0.6, 0.8),
        },
      ],
    },
    {
      title: "Memory",
      panels: [
        {
          title: "Heap Used of the Maximum",
          means: "The heap in use, as a share of `-Xmx`. A saw's teeth are normal.",
          worry: "Above 90 % for minutes: collections no longer help.",
          act: "Raise `heap` in `infra/stack.ts`, then `deno task up`.",
          kind: "timeseries",
          unit: "percentunit",
          size: "third",
          queries: [{
            expr: `jvm_memory_used_bytes{${ofService(mode)},area="heap"} / ` +
              `jvm_memory_max_bytes{${ofService(mode)},area="heap"}`,
            legend: "{{instance}}",
          }],
          thresholds: worseAbove(0.8, 0.9),
        },
        {
          title: "Heap Used and Committed",
          means: "Bytes of the heap in use, and those taken from the system.",
          worry: "Committed is at the maximum and used does not fall far below it.",
          act: "Raise `heap` in `infra/stack.ts`; a heap begins small and grows as needed.",
          kind: "timeseries",
          unit: "bytes",
          size: "third",
          queries: [
            {
              expr: `jvm_memory_used_bytes{${ofService(mode)},area="heap"}`,
              legend: "{{instance}} used",
            },
            {
              expr: `jvm_memory_committed_bytes{${ofService(mode)},area="heap"}`,
              legend: "{{instance}} committed",
            },
          ],
        },
        {
          title: "Non-Heap Used",
          means: "Bytes for classes and compiled code.",
          worry: "It grows without end: classes are loaded again and again.",
          act: "See Classes Loaded.",
          kind: "timeseries",
          unit: "bytes",
          size: "third",
          queries: [{
            expr: `jvm_memory_used_bytes{${ofService(mode)},area="nonheap"}`,
            legend: "{{instance}}",
          }],
        },
        {
          title: "Memory Pools",
          means: "Bytes in use in each pool of the JVM.",
          worry: "The old generation (Tenured or Old) climbs while the young one empties as usual.",
          act: "Take a dump: `jmap -dump:live,file=heap.hprof <pid>`.",
          kind: "timeseries",
          unit: "bytes",
          size: "third",
          queries: [{
            expr: `jvm_memory_pool_used_bytes{${ofService(mode)}}`,
            legend: "{{instance}} {{pool}}",
          }],
        },
        {
          title: "Old Generation after a Collection",
          means:
            "Bytes that were still needed after the last full collection; 0 until there was one.",
          worry: "Each time more: memory leaks.",
          act: "Compare two heap dumps, an hour apart.",
          kind: "timeseries",
          unit: "bytes",
          size: "third",
          queries: [{
            expr: `jvm_memory_pool_collection_used_bytes{${
              ofService(mode)
            },pool=~".*(Old|Tenured).*"}`,
            legend: "{{instance}} {{pool}}",
          }],
        },
        {
          title: "Buffers outside the Heap",
          means: "Bytes of direct buffers (network) and of mapped files (indexes).",
          worry: "Direct buffers grow without end.",
          act: "Limit them with `-Djdk.nio.maxCachedBufferSize`; mapped ones follow the segments.",
          kind: "timeseries",
          unit: "bytes",
          size: "third",
          queries: [{
            expr: `jvm_buffer_pool_used_bytes{${ofService(mode)},pool=~"direct|mapped"}`,
            legend: "{{instance}} {{pool}}",
          }],
        },
      ],
    },
    {
      title: "Garbage Collection",
      panels: [
        {
          title: "Time in GC by Collector",
          means: "The share of time that each collector takes.",
          worry: "Above 20 % together, or the old generation's collector at work all the time.",
          act: "Raise `heap`; look at Allocation Rate.",
          kind: "timeseries",
          unit: "percentunit",
          size: "quarter",
          queries: [{ expr: gc(mode, "sum"), legend: "{{instance}} {{gc}}" }],
          thresholds: worseAbove(0.1, 0.2),
        },
        {
          title: "Collections",
          means: "How often each collector runs.",
          worry: "Full collections (MarkSweepCompact, Old) come regularly.",
          act: "Raise `heap`.",
          kind: "timeseries",
          unit: "cps",
          size: "quarter",
          queries: [{ expr: gc(mode, "count"), legend: "{{instance}} {{gc}}" }],
        },
        {
          title: "Average Pause",
          means: "How long a collection takes, on average.",
          worry: "Above a second: followers fall out of the ISR, sessions run out.",
          act: "Use a smaller heap, or G1 where it is not used.",
          kind: "timeseries",
          unit: "s",
          size: "quarter",
          queries: [{
            expr: `${gc(mode, "sum")} / (${gc(mode, "count")} > 0) or ${gc(mode, "sum")} * 0`,
            legend: "{{instance}} {{gc}}",
          }],
          thresholds: worseAbove(0.2, 1),
        },
        {
          title: "Allocation Rate",
          means: "Bytes of new objects a second.",
          worry: "It rises much more than traffic does.",
          act: "Look for message conversions and very many small requests.",
          kind: "timeseries",
          unit: "Bps",
          size: "quarter",
          queries: [{
            expr: "sum by (instance) (rate(jvm_memory_pool_allocated_bytes_total" +
              `{${ofService(mode)},pool=~".*Eden.*"}[$__rate_interval]))`,
            legend: "{{instance}}",
          }],
        },
      ],
    },
    {
      title: "Threads and Classes",
      panels: [
        {
          title: "Threads by State",
          means: "Threads that run, wait or are blocked.",
          worry: "Many are BLOCKED: they wait for one lock.",
          act: "Take a dump: `jstack <pid>`.",
          kind: "timeseries",
          unit: "short",
          size: "quarter",
          queries: [{
            expr: `jvm_threads_state{${
              ofService(mode)
            },state=~"RUNNABLE|BLOCKED|WAITING|TIMED_WAITING"}`,
            legend: "{{instance}} {{state}}",
          }],
        },
        {
          title: "Deadlocked Threads",
          means: "Threads that wait for each other for ever.",
          worry: "It is above 0.",
          act: "Keep `jstack <pid>` for a report, then restart the service.",
          kind: "timeseries",
          unit: "short",
          size: "quarter",
          queries: [{ expr: `jvm_threads_deadlocked{${ofService(mode)}}`, legend: "{{instance}}" }],
          thresholds: worseAbove(1),
        },
        {
          title: "Classes Loaded",
          means: "Classes that are loaded now.",
          worry: "It still grows hours after the start.",
          act: "Look for plugins that load classes for each request.",
          kind: "timeseries",
          unit: "short",
          size: "quarter",
          queries: [{
            expr: `jvm_classes_currently_loaded{${ofService(mode)}}`,
            legend: "{{instance}}",
          }],
        },
        {
          title: "Time Spent Compiling",
          means: "Processor time of the just-in-time compiler, in seconds a second.",
          worry: "It does not fall after the first minutes.",
          act: "Raise `-XX:ReservedCodeCacheSize`: compiled code is thrown away.",
          kind: "timeseries",
          unit: "percentunit",
          size: "quarter",
          queries: [{
            expr: `rate(jvm_compilation_time_seconds_total{${ofService(mode)}}[$__rate_interval])`,
            legend: "{{instance}}",
          }],
        },
        {
          title: "Java Versions",
          means: "The Java that each service runs on.",
          worry: "They differ, or one is too old.",
          act: "Set `JAVA_HOME`, then `deno task restart`.",
          kind: "table",
          unit: "none",
          size: "full",
          queries: [{
            expr: `group by (instance, vendor, version) (jvm_runtime_info{${ofService(mode)}})`,
            legend: "runs",
          }],
        },
      ],
    },
  ],
});
