import { PythonFloat } from './json';
import { pythonFloat } from './pythonText';
import { isList, PythonTuple, PythonTyped, typedRepr, type PythonValue } from './values';

/** Celery's limits for argsrepr and kwargsrepr (celery.app.amqp, and since 5.7 the setting `task_repr_maxlevels`). */
const MAX_LENGTH = 1024;
const MAX_LEVELS = 3;

/** A piece of the text. Brackets change the depth and survive the cut; everything else goes. */
interface Token {
  readonly text: string;
  readonly kind: 'open' | 'close' | 'separator' | 'quoted' | 'key' | 'plain' | 'folded' | 'bytes';
}

/**
 * The text that Celery sends along for people (celery.utils.saferepr): strings always in single quotes and hardly escaped, containers below three
 * levels folded, cut at about 1,024 characters with the open brackets closed.
 * @param closesWell since Celery 5.7 a container whose beginning is cut off is not closed, and one whose end alone is left is.
 */
export function saferepr(value: PythonValue, closesWell: boolean): string {
  return render(Array.from(tokens(value, 0, closesWell)), MAX_LENGTH, closesWell);
}

function render(all: readonly Token[], maximum: number, closesWell: boolean): string {
  const parts: string[] = [];
  let left = maximum;
  for (let index = 0; index < all.length; index++) {
    const token = all[index]!;
    if (left <= 0) {
      if (closesWell && token.kind === 'close') {
        parts.push(token.text);
        continue;
      }
      parts.push(', ...', ...closing(all.slice(closesWell ? index : index + 1)));
      break;
    }
    const text = bounded(token, left, closesWell);
    parts.push(text);
    left -= Array.from(text).length;
  }
  return parts.join('');
}

/** The ends of the containers that are open where `rest` begins. */
function closing(rest: readonly Token[]): string[] {
  const texts: string[] = [];
  let depth = 0;
  for (const token of rest) {
    if (token.kind === 'open') depth++;
    else if (token.kind === 'close' && depth-- === 0) {
      depth = 0;
      texts.push(token.text);
    }
  }
  return texts;
}

function bounded(token: Token, left: number, closesWell: boolean): string {
  switch (token.kind) {
    case 'open': case 'close': case 'separator': return token.text;
    case 'folded': return closesWell ? token.text : truncate(token.text, left);
    case 'quoted': return `'${truncate(token.text, left).replaceAll("'", "\\'")}'`;
    case 'key': return render([{ text: token.text, kind: 'quoted' }], left, closesWell);
    case 'plain': return truncate(token.text, left);
    case 'bytes': return bytesText(Buffer.from(token.text, 'latin1'), left);
  }
}

/** celery.utils.text.truncate: up to the last word that fits. Python counts code points. */
function truncate(text: string, length: number): string {
  if (text.length < length) return text;
  const characters = Array.from(text.slice(0, 2 * length + 2));
  if (characters.length < length) return text;
  const start = characters.slice(0, length).join('');
  const space = start.lastIndexOf(' ');
  return `${space < 0 ? start : start.slice(0, space)}...`;
}

function* tokens(value: PythonValue, level: number, closesWell: boolean): Generator<Token> {
  if (value instanceof PythonTyped) yield typedToken(value);
  else if (typeof value === 'string') yield { text: value, kind: 'quoted' };
  else if (value instanceof PythonTuple) yield* container(value.items.map(item => [null, item]), '(', value.items.length === 1 ? ',)' : ')', level, closesWell);
  else if (isList(value)) yield* container(value.map(item => [null, item]), '[', ']', level, closesWell);
  else if (typeof value === 'object' && value !== null && !(value instanceof PythonFloat)) yield* container(Object.entries(value), '{', '}', level, closesWell);
  else yield { text: scalar(value), kind: 'plain' };
}

function* container(entries: readonly (readonly [string | null, PythonValue])[], open: string, close: string, level: number, closesWell: boolean): Generator<Token> {
  if (level >= MAX_LEVELS) {
    yield { text: `${open}...${close}`, kind: 'folded' };
    return;
  }
  yield { text: open, kind: 'open' };
  for (const [index, [key, item]] of entries.entries()) {
    if (index > 0) yield { text: ', ', kind: 'separator' };
    if (key !== null) {
      yield { text: key, kind: 'key' };
      yield { text: ': ', kind: 'separator' };
    }
    yield* tokens(item, level + 1, closesWell);
  }
  yield { text: close, kind: 'close' };
}

function scalar(value: null | boolean | number | bigint | PythonFloat): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value instanceof PythonFloat) return pythonFloat(value.value);
  return typeof value === 'number' && !Number.isSafeInteger(value) ? pythonFloat(value) : String(value);
}

function typedToken(value: PythonTyped): Token {
  return value.kind === 'bytes' ? { text: value.text, kind: 'bytes' } : { text: typedRepr(value), kind: 'plain' };
}

/** Bytes are shown as the text that they hold, else as hex. */
function bytesText(bytes: Buffer, length: number): string {
  const part = bytes.subarray(0, length);
  const text = part.toString('utf8');
  return `b'${Buffer.from(text).equals(part) ? text : part.toString('hex')}${bytes.length > length ? '...' : ''}'`;
}
