// For how long brokers have had nothing for a consumer: what a time-out counts. The time that its
// own side takes is none of it, nor that in which no broker answers.

/** A leader that lives answers within this time, also when it has no records, in ms. */
const ANSWER = 3000;
/** What of ours takes longer is slow, in ms. */
const SLOW = 2000;
/** A partition whose leader does not answer is waited for this long, in ms. Then it counts as silent. */
const PATIENCE = 30_000;

/** See {@linkcode createIdleClock}. */
export interface IdleClock {
  /** Something of ours takes time, or came from a broker. @returns Ends it. */
  busy(): () => void;
  /** These partitions are read from now on. */
  keep(partitions: readonly number[]): void;
  /** The leader of a partition has answered, whatever it had. */
  answered(partition: number): void;
  /** It is known that a partition will not answer. */
  givenUp(partition: number): void;
  /** In ms. */
  elapsed(): number;
  /** When something of ours was last slow, in ms since 1970: what waits for its turn comes later. */
  lastSlow(): number;
}

/** Begins to count now. */
export function createIdleClock(now: () => number = Date.now): IdleClock {
  const running = new Set<{ readonly since: number }>();
  let active = now();
  let slow = 0;
  const answers = new Map<number, number>();
  return {
    busy() {
      const work = { since: now() };
      running.add(work);
      return () => {
        running.delete(work);
        active = now();
        if (active - work.since > SLOW) slow = active;
      };
    },
    keep(partitions) {
      for (const partition of answers.keys()) {
        if (!partitions.includes(partition)) answers.delete(partition);
      }
      for (const partition of partitions) answers.set(partition, now());
      active = now();
    },
    answered(partition) {
      const last = answers.get(partition);
      if (last === undefined || now() - last > ANSWER) active = now();
      answers.set(partition, now());
    },
    givenUp(partition) {
      answers.delete(partition);
    },
    lastSlow: () => running.values().some(({ since }) => now() - since > SLOW) ? now() : slow,
    elapsed() {
      const waits = answers.values().some((at) =>
        now() - at > ANSWER && now() - at < ANSWER + PATIENCE
      );
      return running.size > 0 || waits ? 0 : now() - active;
    },
  };
}
