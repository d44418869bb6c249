import { isAtLeast } from '../../../celery/versions';
import { options } from '../../semantics/values';
import { isExceptionClass } from '../exceptions';
import { optionsInFile } from '../retries';
import type { Rule } from '../rule';

export const autoretryNotIterable: Rule = {
  code: 'CEL403',
  name: 'autoretry-not-iterable',
  severity: 'error',
  summary: 'autoretry_for is one exception and no tuple of them: the task cannot be made.',
  *check(context) {
    // `throws` may be one class: it only goes to isinstance().
    const names = isAtLeast(context.linked.versions.celery, 5, 3) ? ['autoretry_for', 'dont_autoretry_for'] : ['autoretry_for'];
    for (const name of names) {
      for (const { option: { value, scope } } of optionsInFile(context, name)) {
        const constant = context.constant(value, scope);
        if (constant === null || typeof constant === 'boolean' || typeof constant === 'number') {
          yield { at: value, message: `${name} must be a tuple of exceptions, and ${context.text(value)} is none: TypeError when the task is made` };
          continue;
        }
        if (!options(context.evaluate(value, scope)).every(option => isExceptionClass(option, context))) continue;
        const brackets = context.file.module.parenthesized.get(value);
        yield {
          at: value,
          message: `${name} must be a tuple, and ${context.text(value)} is a class: TypeError when the task is made`,
          fixes: [{
            title: brackets ? 'Add the comma' : 'Make it a tuple',
            safe: true,
            edits: brackets ? [{ span: { start: value.end, end: value.end }, text: ',' }] : [{ span: value, text: `(${context.text(value)},)` }],
          }],
        };
      }
    }
  },
};
