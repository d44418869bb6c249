import { problem, ProblemError } from '../../shared/problem';
import type { TaskMessage } from '../wire/message';

/** What was being done while a task was sent, as part of a sentence: who reads it must not believe that it was not sent. */
export function sending({ name }: TaskMessage): string {
  return `sending the task ${name} (whether it was sent is not known)`;
}

/** The connection broke before the answer came. @param what as for `withDeadline` */
export function lostProblem(place: string, what: string): ProblemError {
  return new ProblemError(problem('broker-refused', `The connection to ${place} was lost while ${what}`, { advice: 'It is made again at the next try.' }));
}
