// MBeans that become metrics in the same way: what the agent is to ask for, and the rule that names
// what it is told, are made of one description, so that neither can be without the other.
// This module is pure: no Deno APIs, no I/O.

/** A rule of the exporter: the first whose pattern matches names the metric. */
export interface Rule {
  /** Matched against `domain<key=value, …><path>attribute`. */
  readonly pattern: string;
  readonly name: string;
  readonly type: "COUNTER" | "GAUGE" | "UNTYPED";
  readonly labels?: Readonly<Record<string, string>>;
}

/** What the agent has to be told to serve some metrics. */
export interface Asked {
  /** MBeans that it asks, as `includeObjectNames` takes them. */
  readonly include: readonly string[];
  /** Attributes that it leaves out, by the whole name of an MBean: patterns are not taken there. */
  readonly exclude: Readonly<Record<string, readonly string[]>>;
  readonly rules: readonly Rule[];
}

/** MBeans whose attributes become metrics by one rule. */
export interface Family {
  /** Names of all metrics that it can make. */
  readonly metrics: readonly string[];
  /** What makes those of its metrics that are `wanted`. */
  ask(wanted: ReadonlySet<string>): Asked;
}

/** Attributes of a histogram of Kafka's metrics library: for each the broker sorts a sample. */
const HISTOGRAM = [
  ...["Count", "Min", "Max", "Mean", "StdDev", "50thPercentile", "75thPercentile"],
  ...["95thPercentile", "98thPercentile", "99thPercentile", "999thPercentile"],
];

/** One attribute of many MBeans: those of Kafka's metrics library have a type and a name. */
export interface Named {
  /** `kafka.log:type=Log` */
  readonly beans: string;
  /** Values of the key `name`: each becomes a metric. */
  readonly names: readonly string[];
  /** Keys that follow, in their order: each becomes a label. */
  readonly keys?: readonly string[];
  /** The metrics' names begin with it. Default: `kafka_log_Log` for `kafka.log:type=Log`. */
  readonly prefix?: string;
  /**
   * The values of the only key that are asked for; without it, any. The agent can be told to leave
   * out attributes of MBeans only by their whole names.
   */
  readonly values?: readonly string[];
  /**
   * - `gauge`: `Value`.
   * - `counter`: the `Count` of a meter, which is called `…PerSec` and becomes `…_total`: rates are
   *   Prometheus' business.
   * - `count`: the `Count` of a timer.
   * - `minute`: the rate of the last minute, of a meter of nanoseconds: that, and not its count, is a
   *   share of time.
   */
  readonly read: "gauge" | "counter" | "count" | "minute" | Quantiles;
}

/** Percentiles of a histogram: `"50"`, `"99"`, `"999"`. */
export interface Quantiles {
  readonly quantiles: readonly ("50" | "99" | "999")[];
}

/** MBeans of Kafka's metrics library. */
export function named({ beans, names, keys = [], values, read, ...options }: Named): Family {
  const [domain, type] = split(beans);
  const { prefix = `${domain.replace(".", "_")}_${type}` } = options;
  const quantiles = typeof read === "object" ? read.quantiles : undefined;
  const [attribute, ending] = quantiles ? [`(${quantiles.join("|")})thPercentile`, ""] : READ[
    read as keyof typeof READ
  ];
  const stem = (name: string) => read === "counter" ? name.replace(/PerSec$/, "") : name;
  const metric = (name: string) => metricName(`${prefix}_${stem(name)}${ending}`);
  const labels = {
    ...Object.fromEntries(keys.map((key, index) => [key, `$${index + 2}`])),
    ...(quantiles ? { quantile: `0.$${keys.length + 2}` } : {}),
  };
  const rest = (of: (key: string) => string) => keys.map((key) => `,${key}=${of(key)}`).join("");
  const unread = quantiles
    ? HISTOGRAM.filter((one) => !quantiles.some((q) => one === `${q}thPercentile`))
    : [];
  return {
    metrics: names.map(metric),
    ask(wanted) {
      const some = names.filter((name) => wanted.has(metric(name)));
      if (some.length === 0) return NOTHING;
      const beansOf = (value: string) =>
        some.map((name) => `${beans},name=${name}${rest(() => value)}`);
      const include = (values ?? ["*"]).flatMap(beansOf);
      return {
        include,
        exclude: values && quantiles
          ? Object.fromEntries(include.map((bean) => [bean, unread]))
          : {},
        rules: [{
          pattern: `${domain}<type=${type}, name=(${some.map(stem).join("|")})` +
            `${read === "counter" ? "PerSec" : ""}${keys.map((key) => `, ${key}=(.+)`).join("")}>` +
            `<>${attribute}`,
          name: `${prefix}_$1${ending}`,
          type: read === "counter" ? "COUNTER" : read === "count" ? "UNTYPED" : "GAUGE",
          ...(Object.keys(labels).length > 0 ? { labels } : {}),
        }],
      };
    },
  };
}

/** The attribute, and the end of the metric's name. */
const READ = {
  gauge: ["Value", ""],
  counter: ["Count", "_total"],
  // As a counter it would be called `_count_total`.
  count: ["Count", "_count"],
  minute: ["OneMinuteRate", ""],
} as const;

/** Many attributes of one MBean, or of some: each becomes a metric. */
export interface Attributes {
  /** As `includeObjectNames` takes it. */
  readonly beans: string;
  /** Matches the MBean's `domain<key=value, …>`; its groups are the labels' values, in order. */
  readonly pattern: string;
  readonly labels?: readonly string[];
  /** Labels that have the same value for all. */
  readonly fixed?: Readonly<Record<string, string>>;
  readonly attributes: readonly string[];
  /** What all attributes end in, and the metric does not. */
  readonly suffix?: string;
  /** The metric's name begins with it. */
  readonly prefix: string;
  readonly type: "COUNTER" | "GAUGE";
}

/** MBeans with attributes of their own. */
export function attributes(family: Attributes): Family {
  const { beans, pattern, labels = [], fixed = {}, suffix = "", prefix, type } = family;
  const ending = type === "COUNTER" ? "_total" : "";
  // The agent takes `_total` from what is not a counter.
  const metric = (attribute: string) =>
    metricName(`${prefix}_${attribute}`).replace(/_total$/, "") + ending;
  const all = { ...fixed, ...Object.fromEntries(labels.map((label, i) => [label, `$${i + 1}`])) };
  return {
    metrics: family.attributes.map(metric),
    ask(wanted) {
      const some = family.attributes.filter((attribute) => wanted.has(metric(attribute)));
      if (some.length === 0) return NOTHING;
      return {
        include: [beans],
        exclude: {},
        rules: [{
          pattern: `${pattern}<>(${some.join("|")})${suffix}`,
          name: `${prefix}_$${labels.length + 1}${ending}`,
          type,
          ...(Object.keys(all).length > 0 ? { labels: all } : {}),
        }],
      };
    },
  };
}

/** What makes those of the families' metrics that are wanted. */
export function askFor(families: readonly Family[], wanted: ReadonlySet<string>): Asked {
  const all = families.map((family) => family.ask(wanted));
  return {
    include: [...new Set(all.flatMap(({ include }) => include))],
    exclude: Object.assign({}, ...all.map(({ exclude }) => exclude)),
    rules: all.flatMap(({ rules }) => rules),
  };
}

const NOTHING: Asked = { include: [], exclude: {}, rules: [] };

/** A metric's name as the agent spells it. */
function metricName(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9_:]/g, "_");
}

function split(beans: string): [domain: string, type: string] {
  const [, domain, type] = /^([\w.]+):type=([\w-]+)$/.exec(beans) ?? [];
  if (domain === undefined || type === undefined) throw new TypeError(`${beans} has no type`);
  return [domain, type];
}
