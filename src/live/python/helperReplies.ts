import type { AppDescription, RegisteredTask } from '../../shared/agentProtocol';
import type { AppConnection, HelperDescription, HelperRemark, HelperResult, HelperRoute, Leak, PublishedMessage, Sent, Shown } from './helper';
import type { ModuleStamp } from './stamps';

/** Reads an answer of the helper; null where it is not what was asked for. The user's code runs in that process: nothing is taken on trust. */
export type Parsed<Result> = (value: unknown) => Result | null;

type Fields = Readonly<Record<string, unknown>>;

const text = (value: unknown): value is string => typeof value === 'string';
const orNull = <T>(is: (value: unknown) => value is T) => (value: unknown): value is T | null => value === null || is(value);
const number = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const truth = (value: unknown): value is boolean => typeof value === 'boolean';
const listOf = <T>(is: (value: unknown) => value is T) => (value: unknown): value is T[] => Array.isArray(value) && value.every(is);
const anything = (_value: unknown): _value is unknown => true;
const fields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

type Shape<T> = { readonly [Key in keyof T]-?: (value: unknown) => boolean };

/** A guard for an object from the guards of its members. */
function shape<T>(members: Shape<T>) {
  return (value: unknown): value is T => fields(value) && Object.entries<(value: unknown) => boolean>(members).every(([key, is]) => is(value[key]));
}

const isTask = shape<RegisteredTask>({
  name: text, signature: orNull(text), module: text, file: orNull(text), line: orNull(number), ignoreResult: truth, queue: orNull(text),
});
const isTextRecord = (value: unknown): boolean => fields(value) && Object.values(value).every(text);
const isDescriptionOfApp = shape<AppDescription>({
  app: text, main: orNull(text), celery: text, kombu: text, python: text, tasks: listOf(isTask), settings: isTextRecord, broker: text, backend: text,
  defaultQueue: text, queues: orNull(listOf(text)), timezone: text,
});
const isConnection = shape<AppConnection>({
  read: text, write: text, transportOptions: fields, tls: anything, missing: orNull(text), createMissingQueues: truth, defaultQueue: text,
  defaultExchange: text, serializer: text, acceptContent: listOf(text),
  result: shape<AppConnection['result']>({
    url: text, class: orNull(text), keyPrefix: orNull(text), transportOptions: fields, tls: anything, serializer: text, extended: truth, problem: orNull(text),
  }),
});
const isModule = shape<ModuleStamp>({ file: text, modified: number, size: orNull(number) });
const isLeak = shape<Leak>({ what: text, where: text });
const isDescription = shape<HelperDescription>({
  description: isDescriptionOfApp, connection: isConnection, modules: listOf(isModule), notes: listOf(text),
  sandbox: orNull(shape<NonNullable<HelperDescription['sandbox']>>({ url: text, leaks: listOf(isLeak) })),
});
const isMessage = shape<PublishedMessage>({
  id: text, task: text, queue: orNull(text), exchange: text, routingKey: orNull(text), args: orNull(text), kwargs: orNull(text), eta: orNull(text),
  expires: orNull(text), root: orNull(text), parent: orNull(text), group: orNull(text),
});
const isSent = shape<Sent>({ id: text, ids: listOf(text), queue: orNull(text), messages: listOf(isMessage), notes: listOf(text) });
const isOpened = shape<{ app: string; notes: readonly string[] }>({ app: text, notes: listOf(text) });

const oneOf = <T extends string>(...values: readonly T[]) => (value: unknown): value is T => values.includes(value as T);
const isRemark = shape<HelperRemark>({ in: oneOf('call', 'options', 'expression'), start: number, end: number, severity: oneOf('error', 'warning'), message: text });
const isRoute = shape<HelperRoute>({ queue: orNull(text), exchange: orNull(text), routingKey: orNull(text), priority: orNull(number), why: text });
const isShown = orNull(shape<Shown>({ text, complete: truth }));
const isResult = shape<HelperResult>({
  id: text, state: text, result: isShown, exception: orNull(shape<NonNullable<HelperResult['exception']>>({ type: text, module: text, message: text })),
  traceback: orNull(text), children: listOf(text), doneAt: orNull(text), name: orNull(text), worker: orNull(text), queue: orNull(text), retries: orNull(number),
  args: isShown, kwargs: isShown, parent: orNull(text), group: orNull(text),
});

const reading = <T>(is: (value: unknown) => value is T): Parsed<T> => value => is(value) ? value : null;

export const parseOpened = reading(isOpened);
export const parseDescription = reading(isDescription);
export const parseModules = reading(listOf(isModule));
export const parseSent = reading(isSent);
export const parseRemarks = reading(listOf(isRemark));
export const parseRoute = reading(isRoute);
export const parseCopied = reading(shape<{ text: string }>({ text }));
export const parseResult = reading(shape<{ result: HelperResult | null }>({ result: orNull(isResult) }));
export const parseForgotten = reading(fields);
