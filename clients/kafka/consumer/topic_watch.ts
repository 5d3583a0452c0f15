// Looks at a topic again and again: for leaders that moved, for partitions that were added, for a
// topic that is deleted, back, or another under the same name.
import { isTransient } from "../errors/causes.ts";
import { Rebalancing } from "./group_member.ts";
import { pause } from "../waiting/pause.ts";
import type { Finder, TopicView } from "./topic_view.ts";

/** What {@linkcode createTopicWatch} needs. */
export interface TopicWatchOptions {
  readonly topic: string;
  readonly finder: Finder;
  readonly say: (line: string) => void;
  /** Whether offsets of the topic that the group had committed are gone. */
  readonly committedIsGone: () => Promise<boolean>;
  /** Whether the group had committed any. */
  readonly hasCommitted: () => boolean;
  /** Ends what waits. */
  readonly signal: AbortSignal;
}

/** What a session does with what is seen. */
export interface Looking {
  /** How many partitions the group has shared out. */
  readonly partitions: number;
  /** Called with each view. @returns Whether to look again soon. */
  readonly onView: (view: TopicView) => Promise<boolean>;
  /** Given the way to have it looked at once. */
  readonly onWake: (wake: (unknownTopic: boolean) => void) => void;
  readonly signal: AbortSignal;
}

/** See {@linkcode createTopicWatch}. */
export interface TopicWatch {
  /** How many partitions it has; 0 when it is gone. Tries for as long as it takes. */
  countPartitions(): Promise<number>;
  /** @throws {Rebalancing} When the group must share out its partitions anew. */
  look(options: Looking): Promise<void>;
  /** Whether the topic is deleted, and not there again. */
  isGone(): boolean;
  /** @throws {TopicDeleted} When another topic has come under its name. Says so. */
  checkMadeAnew(): Promise<void>;
}

/** The topic was deleted: what comes under its name is another. */
export class TopicDeleted extends Rebalancing {
  override name = "TopicDeleted";
}

/** Time between two looks, in ms: when all is well, and while something is amiss. */
const INTERVAL = 5000;
const SOON = 1000;
/** The least time between two looks, in ms. */
const AT_LEAST = 200;
/** A topic that is unknown for less may have been asked of a broker that starts, in ms. */
const GONE_AFTER = 1500;
/** For how long a broker's word that it does not know the topic is remembered, in ms. */
const SUSPICION = 30_000;

/** Looks at nothing yet. */
export function createTopicWatch(options: TopicWatchOptions): TopicWatch {
  const { topic, finder, say, committedIsGone, hasCommitted, signal } = options;
  let gone = false;
  let unknownSince: number | undefined;
  let suspectUntil = 0;

  const view = async (): Promise<TopicView> => {
    while (true) {
      signal.throwIfAborted();
      try {
        return await finder.view(topic);
      } catch (error) {
        if (!isTransient(error)) throw error;
        await pause(SOON, signal);
      }
    }
  };

  /** @throws {TopicDeleted} When it is certain. */
  const checkThere = async (seen: TopicView) => {
    // A broker that starts knows of no other, and of no topic.
    if (seen.addresses.size === 0) return;
    if (seen.partitions === undefined) {
      unknownSince ??= Date.now();
      suspectUntil = Date.now() + SUSPICION;
      if (gone || Date.now() - unknownSince < GONE_AFTER) return;
      gone = true;
      say(`Topic ${topic} was deleted: waiting until there is one of this name again.`);
      throw new TopicDeleted("the topic was deleted");
    }
    const suspected = unknownSince !== undefined;
    unknownSince = undefined;
    if (gone) {
      gone = false;
      throw new Rebalancing("the topic is there again");
    }
    if (suspected && await committedIsGone()) throw madeAnew();
  };

  const madeAnew = () => {
    suspectUntil = 0;
    say(`Topic ${topic} was deleted and created again: reading it from its beginning.`);
    return new TopicDeleted("the topic was created again");
  };

  return {
    isGone: () => gone,
    async countPartitions() {
      return (await view()).partitions?.size ?? 0;
    },
    async checkMadeAnew() {
      const suspected = Date.now() < suspectUntil && !hasCommitted();
      if (suspected || await committedIsGone()) throw madeAnew();
    },
    async look({ partitions, onView, onWake, signal }) {
      let wake = () => {};
      let woken = false;
      onWake((unknownTopic) => {
        if (unknownTopic) {
          suspectUntil = Date.now() + SUSPICION;
          unknownSince ??= Date.now();
        }
        woken = true;
        wake();
      });
      let fewer = 0;
      while (!signal.aborted) {
        const seen = await view();
        if (signal.aborted) return;
        await checkThere(seen);
        const count = seen.partitions?.size ?? partitions;
        if (count > partitions) throw new Rebalancing("partitions were added");
        // One broker may know less than another, but not for long.
        fewer = count < partitions ? fewer + 1 : 0;
        if (fewer > 2) throw madeAnew();
        const amiss = await onView(seen) || gone || unknownSince !== undefined;
        await pause(AT_LEAST, signal);
        if (woken) finder.skipLast();
        else {
          const nap = new AbortController();
          wake = () => nap.abort();
          await pause(amiss ? SOON : INTERVAL, AbortSignal.any([nap.signal, signal]));
        }
        woken = false;
      }
    },
  };
}
