export interface NamedBy {
  /** `name=` of the decorator or `name` of the class, where constant and not empty. */
  readonly explicit: string | null;
  /** The function's or class's `__name__`: what follows `def` or `class`, without outer functions or classes. */
  readonly definition: string;
  /** The dotted path that the module is imported by; `''` or `__main__` for a script. */
  readonly module: string;
  /** The app's first argument or `main=`, where constant. */
  readonly main: string | null;
}

/** The name that a task is registered under (`celery.utils.imports.gen_task_name`); an app may override `gen_task_name`, which source cannot show. */
export function taskName({ explicit, definition, module, main }: NamedBy): string {
  if (explicit) return explicit;
  const from = module || '__main__';
  return from === '__main__' && main ? `${main}.${definition}` : `${from}.${definition}`;
}

/**
 * The tasks that a name in a configuration may mean, best first: the same name; names that end with it as whole dotted segments
 * (`tasks.add` → `shop.tasks.add`), for the writer who left out the package.
 */
export function tasksMeant(written: string, known: Iterable<string>): string[] {
  const exact: string[] = [];
  const suffixed: string[] = [];
  for (const name of known) {
    if (name === written) exact.push(name);
    else if (name.endsWith(`.${written}`)) suffixed.push(name);
  }
  return [...exact, ...suffixed];
}
