/** Undoes the escapes of a Python string. `raw` strings have none; `bytes` know no `\u` and `\N`. Names (`\N{…}`) stay as they are. */
export function unescapeString(text: string, raw: boolean, bytes: boolean): string {
  if (raw || !text.includes('\\')) return text;
  return text.replace(/\\(?:\r\n|\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\\'"abfnrtv])/g, escape => {
    const code = escape[1]!;
    switch (code) {
      case '\n': case '\r': return '';
      case 'a': return '\x07';
      case 'b': return '\b';
      case 'f': return '\f';
      case 'n': return '\n';
      case 'r': return '\r';
      case 't': return '\t';
      case 'v': return '\v';
      case '\\': case '\'': case '"': return code;
      case 'x': return String.fromCharCode(parseInt(escape.slice(2), 16));
      case 'u': case 'U': {
        const point = parseInt(escape.slice(2), 16);
        return bytes || point > 0x10ffff ? escape : String.fromCodePoint(point);
      }
      default: return String.fromCharCode(parseInt(escape.slice(1), 8));
    }
  });
}

/** `text` as a Python string literal, double-quoted as formatters write it, single-quoted where that needs no escape. */
export function quote(text: string): string {
  const quotes = text.includes('"') && !text.includes('\'') ? '\'' : '"';
  let result = '';
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (character === '\\' || character === quotes) result += `\\${character}`;
    else if (character === '\n') result += '\\n';
    else if (character === '\t') result += '\\t';
    else if (character === '\r') result += '\\r';
    else if (code < 0x20 || code === 0x7f) result += `\\x${code.toString(16).padStart(2, '0')}`;
    else result += character;
  }
  return quotes + result + quotes;
}
