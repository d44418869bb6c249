import { problem, ProblemError, type Problem } from '../src/shared/problem';

export function asProblem(error: unknown): Problem {
  return error instanceof ProblemError ? error.problem : problem('internal', String(error));
}
