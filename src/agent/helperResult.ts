import type { RunDetails } from '../shared/run';
import type { HelperResult } from '../live/python/helper';
import { tracebackLines } from '../live/runs/traceback';

/** Details of a run with what the app itself read from a result backend that we do not speak to. */
export function withResult(details: RunDetails, found: HelperResult, isOwn: (file: string) => boolean): RunDetails {
  return {
    ...details,
    args: details.args ?? found.args,
    kwargs: details.kwargs ?? found.kwargs,
    result: found.result ?? details.result,
    exception: found.exception ? { type: found.exception.type, message: found.exception.message } : details.exception,
    traceback: found.traceback === null ? details.traceback : tracebackLines(found.traceback, isOwn),
    children: found.children.length > 0 ? found.children : details.children,
  };
}
