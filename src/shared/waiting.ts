/** A message that waits in a queue, for people. Texts are as the sender wrote them, cut. */
export interface WaitingMessage {
  /** Names it in `queue/remove`, until the queue is looked into again. */
  readonly key: string;
  /** Task id; null where it is no task. */
  readonly id: string | null;
  /** Registered name; null where it is no task. */
  readonly name: string | null;
  /** `add(2, 3)`. */
  readonly call: string | null;
  /** Epoch ms. */
  readonly eta: number | null;
  /** Epoch ms. */
  readonly expires: number | null;
  readonly retries: number;
  readonly fromBeat: boolean;
  /** What a worker would do with it, in words, where that is not to run it. */
  readonly fault: string | null;
}

/** The head of a queue at one moment, in the order in which it will run. */
export interface WaitingMessages {
  readonly messages: readonly WaitingMessage[];
  /** Messages that wait, those beyond the head too. */
  readonly depth: number;
  /** False where the broker cannot take a single message out. */
  readonly removable: boolean;
}
