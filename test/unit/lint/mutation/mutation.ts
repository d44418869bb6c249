import type { Sources, TestedVersions } from '../ruleTester';

/** One mistake, made mechanically wherever the text of a clean project allows it. */
export interface Mutation {
  /** What a person did wrong. */
  readonly mistake: string;
  /** Each place where it is made is one mutant. Global and, for `^` and `$`, multiline. */
  readonly find: RegExp;
  /** What stands there then, `$1` for groups, `$&` for what was found. What must be found stands between « and ». */
  readonly put: string | ((match: RegExpMatchArray) => string);
  /** What must be found, where that is elsewhere: its first occurrence in the project. */
  readonly found?: RegExp;
  /** A line put at the top of the file. */
  readonly imports?: string;
  /** Only in these projects. */
  readonly projects?: RegExp;
  /** Not in these: what would be wrong there is not known. */
  readonly except?: RegExp;
  readonly versions?: TestedVersions;
}

export type Mutations = Readonly<Record<string, readonly Mutation[]>>;

export interface Place {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

export interface Mutant {
  readonly project: string;
  readonly mistake: string;
  /** The file that was changed, and its text. */
  readonly name: string;
  readonly text: string;
  readonly expected: Place;
  readonly versions: TestedVersions | undefined;
}

/** Every mutant that a mutation makes of a project. */
export function mutantsOf(mutation: Mutation, project: string, sources: Sources): Mutant[] {
  const { mistake, find, put, found, imports, projects, except, versions } = mutation;
  if ((projects && !projects.test(project)) || except?.test(project)) return [];
  return Object.entries(sources).flatMap(([name, source]) => [...source.matchAll(find)].map(match => {
    const written = typeof put === 'function' ? put(match) : fill(put, match);
    const top = imports === undefined ? '' : `${imports}\n`;
    const markedText = top + source.slice(0, match.index) + written + source.slice(match.index + match[0].length);
    const text = markedText.replace(/[«»]/g, '');
    const expected = found ? firstIn({ ...sources, [name]: text }, found) : { name, start: markedText.indexOf('«'), end: markedText.indexOf('»') - 1 };
    if (!expected || expected.start < 0) throw new Error(`${mistake} in ${project}: nothing says what must be found`);
    return { project, mistake, name, text, expected, versions };
  }));
}

/** Puts what was found in the places of `$1` and `$&`. */
export function fill(text: string, groups: readonly (string | undefined)[]): string {
  return text.replace(/\$(\d|&)/g, (_whole, group: string) => groups[group === '&' ? 0 : Number(group)] ?? '');
}

function firstIn(sources: Sources, pattern: RegExp): Place | null {
  for (const [name, text] of Object.entries(sources)) {
    const match = pattern.exec(text);
    if (match) return { name, start: match.index, end: match.index + match[0].length };
  }
  return null;
}
