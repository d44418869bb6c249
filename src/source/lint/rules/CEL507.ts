import { serviceKind, type ServiceKind } from '../../../celery/urls';
import type { Canvas, Combination, Member, Signature } from '../../celery/canvas';
import type { App } from '../../celery/model';
import type { Linked } from '../../project/linked';
import type { Span } from '../../syntax/nodes';
import { combinations } from '../canvases';
import type { LintContext } from '../context';
import { ignoresResult } from '../results';
import type { Rule } from '../rule';
import { possible } from '../settingValues';
import { isTestModule } from '../../project/testModules';

export const chordBackend: Rule = {
  code: 'CEL507',
  name: 'chord-backend',
  severity: 'warning',
  summary: 'A chord without a result backend that can count its tasks: it cannot start, or its body never runs.',
  *check(context) {
    for (const { at, header } of chords(context)) {
      const signatures = header.flatMap(member => counted(context.linked.canvases.read(member.node, member.scope), context));
      const backends = backendsOf(signatures.find(({ site }) => site.task?.app)?.site.task?.app ?? null, context.linked);
      if (!backends) continue;
      if (backends.every(backend => backend === 'rpc')) yield { at, severity: 'error', message: 'The rpc:// result backend supports no chords: NotImplementedError when this one starts' };
      else if (backends.every(backend => backend === null)) yield { at, message: 'A chord needs a result backend, and none is set: NotImplementedError when it starts' };
      else if (backends.every(backend => backend !== null && storing.has(backend))) {
        for (const { node, site } of signatures) {
          if (ignoresResult(site, context)) yield { at: node, message: `${site.task?.node.name ?? 'The task'} stores no result (ignore_result), and the chord waits for it: its body never runs` };
        }
      }
    }
  },
};

/** Backends that learn from the stored results alone when a header is done. Redis collects them by itself. */
const storing: ReadonlySet<ServiceKind> = new Set(['database', 'filesystem', 'mongodb', 'cache', 'memory']);

/** `chord(…)`, and a group with something after it in a chain. */
function *chords(context: LintContext): Generator<{ readonly at: Span; readonly header: readonly Member[] }> {
  for (const { kind, node, members, scope } of combinations(context)) {
    if (kind === 'chord' && node.kind === 'Call') yield { at: node.func, header: members ?? [] };
    if (kind !== 'chain' || !members) continue;
    for (const [index, member] of members.entries()) {
      const group = index + 1 < members.length ? context.linked.canvases.read(member.node, scope) : null;
      if (group?.kind === 'group') yield { at: groupName(group), header: group.members ?? [] };
    }
  }
}

function groupName({ node }: Combination): Span {
  return node.kind === 'Call' && node.func.kind !== 'Attribute' ? node.func : node;
}

/** The signatures of a header that have to be done before the body runs. */
function counted(canvas: Canvas | null, context: LintContext): Signature[] {
  if (canvas?.kind === 'signature') return [canvas];
  if (!canvas || canvas.kind === 'mapping' || canvas.kind === 'chord') return [];
  const members = canvas.kind === 'chain' ? canvas.members?.slice(-1) : canvas.members;
  return (members ?? []).flatMap(({ node, scope }) => counted(context.linked.canvases.read(node, scope), context));
}

/** The kinds of result backend that the app may have, null for none; of all apps where it is not known which one it is. Null where that is not known. */
function backendsOf(app: App | null, linked: Linked): (ServiceKind | null)[] | null {
  const apps = app ? [app] : linked.registry.apps.filter(({ file }) => !isTestModule(file.name));
  const kinds: (ServiceKind | null)[] = [];
  for (const one of apps) {
    const values = possible(linked, 'result_backend', one, null);
    if (!values) return null;
    for (const value of values) {
      if (value !== null && typeof value !== 'string') return null;
      kinds.push(value === null || value === '' || value === 'disabled' ? null : serviceKind(value));
    }
  }
  return kinds.length ? kinds : null;
}
