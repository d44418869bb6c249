import { inflateSync } from 'node:zlib';
import { BOUNDS, cut } from './bounds';
import { countOf, idOf, isoOf, nameOf, textOf } from './guards';
import { parseExactly, PythonFloat, type PythonJson } from './json';
import { pythonText } from './pythonText';

/** What a result backend keeps of one task (celery.backends.base), read and bounded. */
export interface ResultMeta {
  readonly id: string;
  /** Any state but PENDING: what nobody stored has no meta. */
  readonly status: string;
  /** The result of a SUCCESS, the meta of a custom state; null for exceptions. */
  readonly result: PythonJson;
  readonly exception: ResultException | null;
  readonly traceback: string | null;
  /** Ids of the tasks that this one sent, in order, nested groups flattened; null where the backend does not say. */
  readonly children: readonly string[] | null;
  /** Epoch ms; final states only. */
  readonly doneAt: number | null;
  readonly groupId: string | null;
  readonly parentId: string | null;
  /** With `result_extended` only, each of them. */
  readonly extended: ExtendedMeta | null;
}

export interface ExtendedMeta {
  readonly name: string | null;
  readonly args: PythonJson;
  readonly kwargs: PythonJson;
  readonly worker: string | null;
  readonly retries: number | null;
  /** The routing key, which is the queue where the message went through the default exchange. */
  readonly queue: string | null;
}

export interface ResultException {
  /** `__qualname__` of the class. */
  readonly type: string;
  readonly module: string | null;
  /** The exception's args as Python would print the exception. */
  readonly message: string;
}

/** Why stored bytes could not be read as a meta. */
export type UnreadableMeta = 'pickle' | 'not-json' | 'too-large' | 'not-a-meta';

const COMPRESSED = Buffer.from('\0celery-compressed\0');
const EXCEPTION_STATES = new Set(['FAILURE', 'RETRY', 'REVOKED']);
const EXTENDED = ['name', 'args', 'kwargs', 'worker', 'retries', 'queue'];

/** Reads what a key-value backend or `rpc://` stores. `id` is used where the meta does not name its task. */
export function readMeta(bytes: Buffer, id: string): ResultMeta | UnreadableMeta {
  if (bytes.length > BOUNDS.message) return 'too-large';
  const plain = decompress(bytes);
  if (plain === null) return 'not-json';
  if (plain.length > 1 && plain[0] === 0x80 && plain[1]! <= 5) return 'pickle';
  const value = parseExactly(plain.toString('utf8'));
  if (value === undefined) return 'not-json';
  return readMetaValue(value, id) ?? 'not-a-meta';
}

export function readMetaValue(value: PythonJson, id: string): ResultMeta | null {
  if (!isDict(value)) return null;
  const status = nameOf(value['status']);
  if (status === null) return null;
  const result = value['result'] ?? null;
  const failed = EXCEPTION_STATES.has(status) || (isDict(result) && 'exc_type' in result && 'exc_message' in result);
  return {
    id: idOf(value['task_id']) ?? id,
    status,
    result: failed ? null : result,
    exception: failed ? readException(result) : null,
    traceback: textOf(value['traceback']),
    children: value['children'] === undefined || value['children'] === null ? null : readChildren(value['children']),
    doneAt: isoOf(value['date_done']),
    groupId: idOf(value['group_id']),
    parentId: idOf(value['parent_id']),
    extended: EXTENDED.some(key => key in value)
      ? {
          name: nameOf(value['name']),
          args: value['args'] ?? null,
          kwargs: value['kwargs'] ?? null,
          worker: nameOf(value['worker']),
          retries: countOf(value['retries']),
          queue: nameOf(value['queue']),
        }
      : null,
  };
}

/** Celery ≥ 5.7 with `result_compression`: `\0celery-compressed\0<type>\0<body>`. */
function decompress(bytes: Buffer): Buffer | null {
  if (!bytes.subarray(0, COMPRESSED.length).equals(COMPRESSED)) return bytes;
  const end = bytes.indexOf(0, COMPRESSED.length);
  if (end < 0 || bytes.toString('latin1', COMPRESSED.length, end) !== 'application/x-gzip') return null;
  try {
    return inflateSync(bytes.subarray(end + 1), { maxOutputLength: BOUNDS.message });
  } catch {
    return null;
  }
}

/** `{exc_type, exc_message: [args…], exc_module}`; Celery 4 wrote exc_message as a text, and RETRY without a cause is null. */
function readException(value: PythonJson): ResultException | null {
  if (!isDict(value)) return typeof value === 'string' ? { type: 'Exception', module: null, message: cut(value, BOUNDS.text) } : null;
  const type = nameOf(value['exc_type']);
  if (type === null) return null;
  return { type, module: nameOf(value['exc_module']), message: exceptionMessage(value['exc_message'] ?? null) };
}

/** As `str(exception)` of a plain exception: its only argument, or the tuple of them. */
function exceptionMessage(value: PythonJson): string {
  if (typeof value === 'string') return cut(value, BOUNDS.text);
  if (!Array.isArray(value)) return value === null ? '' : pythonText(value, 4096);
  if (value.length === 0) return '';
  if (value.length > 1) return `(${pythonText(value, 4096).slice(1).replace(/\]$/, ')')}`;
  return typeof value[0] === 'string' ? cut(value[0], BOUNDS.text) : pythonText(value[0]!, 4096);
}

/** Result tuples, `[[id, parent], children | null]`: ids of plain results, and those within groups. */
export function readChildren(value: PythonJson): string[] {
  const ids: string[] = [];
  const visit = (node: PythonJson, depth: number): void => {
    if (!Array.isArray(node) || depth > 50 || ids.length >= BOUNDS.list) return;
    const [head, members] = node;
    const id = Array.isArray(head) ? idOf(head[0]) : idOf(head);
    if (Array.isArray(members)) for (const member of members) visit(member, depth + 1);
    else if (id !== null) ids.push(id);
  };
  if (Array.isArray(value)) for (const child of value) visit(child, 0);
  return ids;
}

export function isDict(value: PythonJson | undefined): value is Record<string, PythonJson> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof PythonFloat);
}
