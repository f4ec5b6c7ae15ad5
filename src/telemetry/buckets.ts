/** Upper bounds in seconds. The first two are those of the GenAI conventions, extended for local GPUs. */

/** A whole request, queue included: up to ten minutes. */
export const durationBuckets = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84, 300, 600,
];

/** The wait for the first token: a model that must be loaded first takes minutes. */
export const firstTokenBuckets = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 120, 300,
];

/** Our own share: a millisecond is the promise, so most of the bounds are below it. */
export const overheadBuckets = [
  0.0001, 0.00025, 0.0005, 0.00075, 0.001, 0.0015, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1,
];

/** A place in a queue: nothing at all, or as long as somebody else's answer. */
export const queueWaitBuckets = [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 300, 600];

/** Models load from a second to minutes. */
export const modelLoadBuckets = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300];
