/** Where the text of a call ends: `add(2, 3), countdown=5` is `add(2, 3)` and `countdown=5`. */
export interface CallParts {
  readonly call: string;
  /** Options of `apply_async`, `''` for none. */
  readonly options: string;
}

/**
 * Splits what was typed into *Run with…*: a call, and behind a comma the options of `apply_async`.
 * Null while the call is not complete (a bracket or a string is open, or something else follows it).
 */
export function splitCall(text: string): CallParts | null {
  const open = text.indexOf('(');
  if (open < 0) return null;
  const end = endOfBracket(text, open);
  if (end === null) return null;
  const call = text.slice(0, end).trim();
  const rest = text.slice(end).trim();
  if (rest === '' || rest === ',') return { call, options: '' };
  if (!rest.startsWith(',')) return null;
  return { call, options: rest.slice(1).trim().replace(/,$/, '') };
}

/** Index behind the bracket that closes the one at `open`, by Python's rules for strings and comments; null where none does. */
function endOfBracket(text: string, open: number): number | null {
  const closers: string[] = [];
  for (let index = open; index < text.length; index++) {
    const character = text[index]!;
    if (character === '"' || character === "'") {
      const end = endOfString(text, index);
      if (end === null) return null;
      index = end - 1;
    } else if (character === '(') closers.push(')');
    else if (character === '[') closers.push(']');
    else if (character === '{') closers.push('}');
    else if (character === ')' || character === ']' || character === '}') {
      if (closers.pop() !== character) return null;
      if (closers.length === 0) return index + 1;
    } else if (character === '#') {
      const newline = text.indexOf('\n', index);
      if (newline < 0) return null;
      index = newline;
    }
  }
  return null;
}

/** A backslash hides the next character from the end of the string, in raw strings too. */
function endOfString(text: string, start: number): number | null {
  const quote = text[start]!;
  const delimiter = text.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
  for (let index = start + delimiter.length; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (text.startsWith(delimiter, index)) return index + delimiter.length;
  }
  return null;
}

/** The call as a line of Python that sends it: `add.delay(2, 3)`, `add.s(2, 3).apply_async(countdown=5)`. */
export function sendingCode({ call, options }: CallParts): string {
  const open = call.indexOf('(');
  const name = call.slice(0, open);
  const args = call.slice(open);
  return options ? `${name}.s${args}.apply_async(${options})` : `${name}.delay${args}`;
}

/** The call as a signature to be kept: `add.s(2, 3)`, `add.s(2, 3).set(countdown=5)`. */
export function signatureCode({ call, options }: CallParts): string {
  const open = call.indexOf('(');
  const signature = `${call.slice(0, open)}.s${call.slice(open)}`;
  return options ? `${signature}.set(${options})` : signature;
}
