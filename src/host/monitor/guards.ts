import type { MonitorAction, MonitorCall } from '../../shared/monitorProtocol';
import type { RunQuery, RunSortKey } from '../../shared/run';
import type { ServiceKind } from '../../shared/service';

const sortKeys: ReadonlySet<string> = new Set<RunSortKey>(['time', 'name', 'state', 'runtime', 'worker', 'queue']);
const serviceKinds: ReadonlySet<string> = new Set<ServiceKind>(['broker', 'worker', 'beat']);

/** Longest text that the page may hand over, in UTF-16 units: a whole traceback or result fits. */
const longestText = 16 * 1024 * 1024;
const longestName = 4096;
const pageLimit = 500;

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown, longest = longestName): value is string {
  return typeof value === 'string' && value.length <= longest;
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || isText(value);
}

function isLine(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isServiceKind(value: unknown): value is ServiceKind {
  return typeof value === 'string' && serviceKinds.has(value);
}

function isRunQuery(value: unknown): value is RunQuery {
  return (
    isFields(value) &&
    isText(value.text) &&
    Array.isArray(value.states) && value.states.length <= 100 && value.states.every(state => isText(state)) &&
    isTextOrNull(value.task) &&
    typeof value.sort === 'string' && sortKeys.has(value.sort) &&
    typeof value.descending === 'boolean' &&
    isTextOrNull(value.anchor) &&
    Number.isSafeInteger(value.offset) &&
    isLine(value.limit) && value.limit <= pageLimit
  );
}

function isAction(value: unknown): value is MonitorAction {
  if (!isFields(value)) return false;
  const action = value as Fields & Pick<MonitorAction, 'action'>;
  switch (action.action) {
    case 'open-frame':
      return isText(value.file) && isLine(value.line);
    case 'open-task':
      return isText(value.name);
    case 'open-schedule':
    case 'run-schedule':
      return isText(value.uri) && isText(value.key);
    case 'run-again':
      return isText(value.id);
    case 'revoke':
      return isText(value.id) && typeof value.terminate === 'boolean';
    case 'copy':
      return isText(value.text, longestText);
    case 'start-service':
    case 'show-log':
      return isServiceKind(value.id);
    default:
      return false;
  }
}

const parameters: { readonly [Method in MonitorCall['method']]: (params: unknown) => boolean } = {
  'page/ready': params => params === null,
  'runs/query': isRunQuery,
  'runs/details': params => isFields(params) && isText(params.id),
  'tasks/list': params => params === null,
  'schedules/list': params => params === null,
  action: isAction,
};

/** A call of any method, discriminated by it. */
export type AnyMonitorCall = { readonly [Method in MonitorCall['method']]: MonitorCall<Method> }[MonitorCall['method']];

/** A message of the page, or null where it is none that we know: the page can ask for what is named in the protocol and nothing else. */
export function readCall(message: unknown): AnyMonitorCall | null {
  if (!isFields(message) || !Number.isSafeInteger(message.id) || typeof message.method !== 'string' || !Object.hasOwn(parameters, message.method)) return null;
  const { id, method, params } = message as unknown as AnyMonitorCall;
  return parameters[method](params) ? ({ id, method, params } as AnyMonitorCall) : null;
}
