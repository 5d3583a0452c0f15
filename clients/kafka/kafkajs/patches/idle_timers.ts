// Patch of kafkajs 2.2.4: after every answer a connection starts a timer with a negative delay, for
// ever (kafkajs issue 1751). A timer is needed only while requests wait.
// Without it: a `TimeoutNegativeWarning`, and some 460 wake-ups a second while nothing is asked.
// Test: "an idle connection starts no timer, so nothing spins"

/** The part of the request queue that is patched. */
export interface RequestQueue {
  pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: unknown;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
}

/** Starts a timer only while requests wait, and never a negative one. */
export function patchIdleTimers(prototype: RequestQueue) {
  prototype.scheduleCheckPendingRequests = function () {
    if (this.throttleCheckTimeoutId || this.pending.length === 0) return;
    this.throttleCheckTimeoutId = setTimeout(() => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    }, Math.max(10, this.throttledUntil - Date.now()));
  };
}
