import type { App } from '../../celery/model';
import type { Linked } from '../../project/linked';
import type { SourceFile } from '../../project/sourceFile';
import type { LintContext } from '../context';
import { importPlace } from '../edits';
import type { Fix, Rule } from '../rule';

export const appNotImported: Rule = {
  code: 'CEL802',
  name: 'app-not-imported',
  severity: 'warning',
  summary: 'No code of a Django project imports its Celery app: the web processes send tasks by an app without settings.',
  *check(context) {
    const { linked } = context;
    for (const app of linked.registry.apps) {
      if (app.file !== context.file || !isDjangos(app, linked) || !usesSharedTasks(linked) || isImported(app.file, linked)) continue;
      const fix = importInPackage(app, context);
      yield {
        at: app.call,
        message: 'Nothing imports this app, so only workers have it: in web processes the shared tasks belong to an app without these settings and its broker is amqp://localhost',
        ...(fix && { fixes: [fix] }),
      };
    }
  },
};

/** The one app of the project, which reads Django's settings and which `celery` in the module's name lets us find every import of. */
function isDjangos(app: App, { registry, settings }: Linked): boolean {
  return registry.apps.length === 1 && app.id !== null && app.file.name.includes('.') && /celery/i.test(app.file.name)
    && settings.uses.some(use => use.django && use.app === app && use.target !== null);
}

function usesSharedTasks({ registry, evaluator }: Linked): boolean {
  return registry.tasks.some(({ decorator, scope }) => {
    if (!decorator) return false;
    const value = evaluator.evaluate(decorator.expression.kind === 'Call' ? decorator.expression.func : decorator.expression, scope);
    return value.kind === 'symbol' && value.path === 'celery.shared_task';
  });
}

/** Whether any other file imports it, in whatever way; a text with the module's name may do so too. */
function isImported(file: SourceFile, linked: Linked): boolean {
  const short = file.name.slice(file.name.lastIndexOf('.') + 1);
  return linked.files.some(other => {
    if (other === file) return false;
    const found = other.analysis.imports.some(({ module, level, names }) => {
      const base = level ? relative(other, level, module) : module;
      return base === file.name || base.startsWith(`${file.name}.`) || (names ?? [short]).some(name => `${base}.${name}` === file.name);
    });
    return found || other.module.text.includes(file.name) || /\bimport_module\b|\b__import__\b/.test(other.module.text);
  });
}

function relative(file: SourceFile, level: number, module: string): string {
  const parts = file.name.split('.');
  return [...parts.slice(0, parts.length - level + (file.isPackage ? 1 : 0)), module].filter(Boolean).join('.');
}

function importInPackage({ file, id }: App, { linked }: LintContext): Fix | null {
  const dot = file.name.lastIndexOf('.');
  const target = linked.find(file.name.slice(0, dot), file);
  if (!target?.isPackage || target.module.broken.length || !id) return null;
  const attribute = id.slice(id.indexOf(':') + 1);
  const at = importPlace(target);
  const newline = at > 0 && target.module.text[at - 1] !== '\n' ? '\n' : '';
  return {
    title: `Import it in ${target.name}`,
    safe: false,
    edits: [{ file: target, span: { start: at, end: at }, text: `${newline}from .${file.name.slice(dot + 1)} import ${attribute}${attribute === 'app' ? ' as celery_app' : ''}\n` }],
  };
}
