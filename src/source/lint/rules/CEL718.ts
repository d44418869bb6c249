import { isAtLeast } from '../../../celery/versions';
import { fileOf } from '../../project/sourceFile';
import type { Scope } from '../../semantics/scopes';
import type { Expression } from '../../syntax/nodes';
import type { Finding, Rule } from '../rule';
import { mentions } from '../usage';

const provider = /\b(?:backports\.zstd|compression\.zstd|from backports import zstd)\b/;

export const zstdMissing: Rule = {
  code: 'CEL718',
  name: 'zstd-missing',
  severity: 'info',
  summary: 'Compression by zstd with kombu 5.7 needs Python 3.14 or the package backports.zstd; celery[zstd] installs another one.',
  *check(context) {
    const { linked } = context;
    if (!isAtLeast(linked.versions.kombu, 5, 7) || mentions(linked, provider)) return;
    const finding = function* (value: Expression, scope: Scope): Generator<Finding> {
      const name = linked.folder.string(value, scope);
      if (fileOf(scope) === context.file && (name === 'zstd' || name === 'zstandard' || name === 'application/zstd')) {
        yield { at: value, message: 'kombu 5.7 compresses by zstd only on Python 3.14 or with backports.zstd, which celery[zstd] does not install' };
      }
    };
    for (const { key, value, scope, adds } of context.settings) if (!adds && (key === 'task_compression' || key === 'result_compression')) yield* finding(value, scope);
    for (const { options } of context.tasks) for (const { name, value, scope } of options) if (name === 'compression') yield* finding(value, scope);
    for (const { options, scope } of context.calls) for (const { name, value } of options) if (name === 'compression') yield* finding(value, scope);
  },
};
