import { nearest, tolerance } from '../../../celery/nearMiss';
import { tasksMeant } from '../../../celery/names';
import { isGlob, routeMatches } from '../../../celery/routes';
import { BUILTIN_TASKS } from '../../../celery/tables';
import { inText } from '../edits';
import type { Fix, Rule } from '../rule';

export const routeMatchesNothing: Rule = {
  code: 'CEL704',
  name: 'route-matches-nothing',
  severity: 'warning',
  summary: 'A route that no task matches: the tasks that it was meant for go to the default queue.',
  *check(context) {
    const { registry, project, hasBroken } = context.linked;
    const names = registry.tasks.flatMap(({ name }) => name ?? []);
    if (!names.length) return;
    const uncertain = hasBroken || registry.tasks.some(({ name }) => name === null);
    for (const { route: { key }, at } of context.routes) {
      if (key.kind !== 'text' || [...names, ...BUILTIN_TASKS].some(name => routeMatches(key, name))) continue;
      const { text } = key;
      const below = names.filter(name => name.startsWith(`${text}.`));
      const meant = below.length && !isGlob(text) ? [`${text}.*`] : isGlob(text) ? globsMeant(text, names) : [...new Set([...tasksMeant(text, names), ...nearest(text, names, tolerance(text))])];
      const [first = ''] = text.split('.');
      // Tasks of other packages are not in the index; without a package nothing says whose it is.
      const ours = text.includes('.') && /^\w+$/.test(first) && project.names.owns(first);
      if (!ours && !meant.length) continue;
      yield {
        at,
        severity: uncertain && !below.length ? 'hint' : 'warning',
        message: below.length && !isGlob(text)
          ? `${text} is no task but a module: this route matches none of its ${below.length === 1 ? 'one task' : `${below.length} tasks`}, ${meant[0]} does`
          : `No task matches ${text}: the route has no effect${meant[0] ? `; ${meant[0]} is meant?` : ''}`,
        fixes: at.kind === 'Str' ? meant.slice(0, 2).map((other): Fix => ({ title: `Change to ${other}`, safe: false, edits: [{ span: inText(context.file, at, 0, at.value.length), text: other }] })).filter(({ edits }) => edits[0]!.span !== at) : [],
      };
    }
  },
};

/** Modules whose tasks a glob such as `shop.task.*` may have meant. */
function globsMeant(glob: string, names: readonly string[]): string[] {
  const match = /^([\w.]+)\.\*$/.exec(glob);
  if (!match) return [];
  const modules = new Set(names.flatMap(name => {
    const parts = name.split('.');
    return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'));
  }));
  return nearest(match[1]!, modules, tolerance(match[1]!)).map(module => `${module}.*`);
}
