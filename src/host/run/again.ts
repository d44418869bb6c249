import { identityKey } from '../../shared/identity';
import { problem, ProblemError } from '../../shared/problem';
import type { Run } from '../../shared/run';
import { t } from '../l10n';
import { runCommand } from '../manifest';
import type { Workbench } from '../workbench';
import { splitCall } from './callText';
import { shortName } from './present';
import { targetOfCall, targetOfTask, type RunTarget } from './target';

/**
 * Sends the call of a known run again. Our own calls are known exactly; what the wire reported of others may be cut, so it is shown in *Run with…* first.
 * Resolves with the id of the new run, null where the user goes on in *Run with…* or has said no.
 * Rejects with a `ProblemError` where the run or its task is not known.
 */
export async function runAgain(workbench: Workbench, id: string): Promise<string | null> {
  const { agent, runner } = workbench;
  const run = agent.projection.runs[id] ?? (await agent.request('run/details', { id }))?.run;
  if (!run) throw new ProblemError(problem('task-unknown', t('This run is not known any more')));
  const target = targetOfRun(workbench, run);
  if (!target) throw new ProblemError(problem('task-unknown', t('Which task this run was of is not known')));
  if (run.origin === 'own' && target.call === run.call) return (await runner.run(target))?.id ?? null;
  await runCommand('celery.run.with', target);
  return null;
}

/** The call of a run where it is one of its task; else the task's sample call. Undefined where the task is not known. */
export function targetOfRun({ source }: Pick<Workbench, 'source'>, run: Run): RunTarget | undefined {
  const { name } = run.identity;
  if (!name) return undefined;
  const task = source.findTask(name);
  const own = task?.qualname.split('.').at(-1) ?? shortName(name);
  const parts = run.call === null ? null : splitCall(run.call);
  // A canvas is not a call of the task whose run this is.
  if (parts && parts.call.slice(0, parts.call.indexOf('(')).split('.').at(-1)?.trim() === own) return targetOfCall(name, task?.module ?? null, identityKey(run.identity), parts.call, parts.options);
  return task ? targetOfTask(task) : targetOfCall(name, null, identityKey(run.identity), `${own}()`, '');
}
