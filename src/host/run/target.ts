import { identityKey } from '../../shared/identity';
import type { SourceSample, SourceSchedule, SourceTask } from '../../shared/source';

/** What a lens, a row or a command runs. */
export interface RunTarget {
  /** Where progress and refusals are shown: the lens with the same key. */
  readonly key: string;
  /** As the user reads it: `add(2, 3)`. */
  readonly title: string;
  /** Registered name, null for an expression. */
  readonly task: string | null;
  readonly module: string | null;
  readonly call: string | null;
  readonly options: string;
  readonly expression: string | null;
  readonly guessed: readonly string[];
}

/** The sample call of a task. */
export function targetOfTask(task: SourceTask): RunTarget {
  return { key: identityKey(task.identity), title: task.sample.text, task: task.identity.name, module: task.module, call: task.sample.text, options: '', expression: null, guessed: task.sample.guessed };
}

/** A call of a task as the user wrote it. */
export function targetOfCall(name: string, module: string | null, key: string, call: string, options: string): RunTarget {
  return { key, title: options ? `${call}, ${options}` : call, task: name, module, call, options, expression: null, guessed: [] };
}

/** A kept sample, sent as it stands. `module` is the file's absolute path: samples are not importable by name. */
export function targetOfSample(sample: SourceSample, file: string): RunTarget {
  return { key: sampleKey(sample), title: sample.text, task: null, module: file, call: null, options: '', expression: sample.text, guessed: [] };
}

export function sampleKey(sample: SourceSample): string {
  return `sample\n${sample.location.uri}\n${sample.variable ?? sample.text}`;
}

/** Run now of a Beat entry; null where its arguments are not constant. */
export function targetOfSchedule(schedule: SourceSchedule, task: SourceTask | undefined): RunTarget | null {
  if (schedule.call === null) return null;
  return targetOfCall(schedule.task.name, task?.module ?? null, identityKey(schedule.task), schedule.call, schedule.options);
}

export function isRunTarget(value: unknown): value is RunTarget {
  return typeof value === 'object' && value !== null && typeof (value as RunTarget).key === 'string' && typeof (value as RunTarget).title === 'string';
}
