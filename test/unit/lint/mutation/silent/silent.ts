import type { Sources, TestedVersions } from '../../ruleTester';

export interface SilentProject {
  readonly files: Sources;
  readonly versions?: TestedVersions;
}

/** Code after `head` in `shop/app.py`, or a project of its own. */
export type SilentCode = string | SilentProject;

/** Code that must stay silent under all rules, by what it is. */
export type Silent = Readonly<Record<string, SilentCode>>;

/** Guards of rules, by the code of the rule that would fire without them. */
export type Guards = Readonly<Record<string, Silent>>;

/** What stands above code that is given as a text. */
export const head = `import datetime
import uuid
from decimal import Decimal

from celery import Celery, Task, chain, chord, group, shared_task

app = Celery('shop', broker='redis://localhost', backend='redis://localhost')


@app.task
def add(x, y):
    return x


@app.task
def total(numbers):
    return numbers
`;

/** A project of {@link head} with other code after it, and further files. */
export function project(code: string, files: Sources = {}, versions: TestedVersions = {}): SilentProject {
  return { versions, files: { 'shop/__init__.py': '', 'shop/app.py': `${head}\n\n${code}`, ...files } };
}
