import { isBroad, namedExceptions } from '../exceptions';
import { maybeGiven, optionOf, optionsInFile } from '../retries';
import type { Rule } from '../rule';

export const autoretryBroad: Rule = {
  code: 'CEL407',
  name: 'autoretry-broad',
  severity: 'info',
  summary: 'A task retries for every Exception: mistakes in its code are tried again as well, and seen late.',
  *check(context) {
    for (const { task, option } of optionsInFile(context, 'autoretry_for')) {
      if (optionOf(task, 'dont_autoretry_for') || maybeGiven(task, 'dont_autoretry_for', context)) continue;
      for (const { node, value } of namedExceptions(option.value, option.scope, context) ?? []) {
        if (!isBroad(value)) continue;
        const isHere = option.value.start <= node.start && node.end <= option.value.end;
        yield { at: isHere ? node : option.value, message: `Every mistake in ${task.node.name} is an Exception too, and is retried until the limit; name what may pass, or what may not in dont_autoretry_for` };
      }
    }
  },
};
