/**
 * A call as a person would write it from the two repr texts of an event: `add(1, 2, k='x')`. For reading only: saferepr neither escapes
 * nor completes what it cuts (celery.utils.saferepr), so the parts are shown as they came wherever they do not look like plain arguments.
 */
export function callText(name: string, args: string | null, kwargs: string | null): string {
  return `${shortName(name)}(${[positional(args), keywords(kwargs)].filter(part => part !== '').join(', ')})`;
}

/** The function's own name: what stands after the last dot. */
function shortName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function positional(args: string | null): string {
  if (args === null) return '';
  const text = args.trim();
  if (/^[([].*[)\]]$/s.test(text)) return text.slice(1, -1).replace(/,\s*$/, '');
  return text;
}

function keywords(kwargs: string | null): string {
  const text = kwargs?.trim() ?? '';
  if (text === '' || text === '{}') return '';
  const pairs = dictEntries(text);
  return pairs?.map(([key, value]) => `${key}=${value}`).join(', ') ?? `**${text}`;
}

/** Entries of a dict's repr whose keys are identifiers; null where it does not read as one. */
function dictEntries(text: string): [string, string][] | null {
  if (!text.startsWith('{') || !text.endsWith('}')) return null;
  const entries: [string, string][] = [];
  for (const part of splitTopLevel(text.slice(1, -1))) {
    const match = /^\s*(['"])([A-Za-z_]\w*)\1: (.+)$/s.exec(part);
    if (!match) return null;
    entries.push([match[2]!, match[3]!]);
  }
  return entries;
}

/** Splits at the commas outside of quotes and brackets. */
function splitTopLevel(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index]!;
    if (quote !== '') {
      if (character === '\\') index++;
      else if (character === quote) quote = '';
    } else if (character === "'" || character === '"') quote = character;
    else if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
