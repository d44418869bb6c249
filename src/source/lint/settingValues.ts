import { readServiceUrls, serviceKind, type ServiceKind } from '../../celery/urls';
import type { App } from '../celery/model';
import type { Setting } from '../celery/settings';
import type { Linked } from '../project/linked';
import type { Constant } from '../semantics/constants';
import type { Scope } from '../semantics/scopes';
import { options } from '../semantics/values';
import type { Expression } from '../syntax/nodes';
import { isTestModule } from '../project/testModules';

/** What the project gives a setting, tests left out: they try out what production does not have. */
export function given(linked: Linked, key: string, app: App | null): Setting[] {
  return linked.settings.of(key, app).filter(({ file }) => !isTestModule(file.name));
}

/** The constants that a setting may have for an app; `[fallback]` where it surely has Celery's default, null where something is not known. */
export function possible(linked: Linked, key: string, app: App | null, fallback: Constant): Constant[] | null {
  const settings = given(linked, key, app);
  if (!settings.length) return linked.settings.isComplete(app) ? [fallback] : null;
  const values: Constant[] = [];
  for (const { value, scope } of settings) {
    const constants = linked.folder.constants(value, scope);
    if (!constants) return null;
    for (const constant of constants) if (!values.includes(constant)) values.push(constant);
  }
  return values;
}

/** The one constant that a setting has for an app; undefined where it may have several, or one that is not known. */
export function only(linked: Linked, key: string, app: App | null, fallback: Constant): Constant | undefined {
  const values = possible(linked, key, app, fallback);
  return values?.length === 1 ? values[0] : undefined;
}

/** A list, tuple or set that is written out with constant texts; null for anything else. */
export function texts(linked: Linked, node: Expression, scope: Scope): { readonly text: string; readonly node: Expression }[] | null {
  const values = options(linked.evaluator.evaluate(node, scope));
  const [value] = values;
  if (values.length !== 1 || value?.kind !== 'expression') return null;
  if (value.node.kind !== 'List' && value.node.kind !== 'Tuple' && value.node.kind !== 'Set') return null;
  const found: { text: string; node: Expression }[] = [];
  for (const element of value.node.elements) {
    const text = linked.folder.string(element, value.scope);
    if (text === null) return null;
    found.push({ text, node: element });
  }
  return found;
}

/** What kind of broker all URLs of an app name; null where that is not known. */
export function brokerKind(linked: Linked, app: App | null): ServiceKind | null {
  const urls = possible(linked, 'broker_url', app, null);
  if (!urls?.length || given(linked, 'broker_write_url', app).length || given(linked, 'broker_read_url', app).length) return null;
  const kinds = new Set<ServiceKind>();
  for (const url of urls) {
    if (typeof url !== 'string') return null;
    const parts = readServiceUrls(url);
    for (const { kind } of parts) kinds.add(kind);
    if (!parts.length) kinds.add(serviceKind(url));
  }
  const [kind] = kinds;
  return kinds.size === 1 && kind !== undefined && kind !== 'other' ? kind : null;
}

/** Seconds after which Redis and SQS deliver a message again that was not acknowledged; null where that is not known, or the broker does not do so. */
export function visibilityTimeout(linked: Linked, app: App | null): number | null {
  const kind = brokerKind(linked, app);
  if (kind !== 'redis' && kind !== 'sentinel' && kind !== 'sqs') return null;
  const fallback = kind === 'sqs' ? 1_800 : 3_600;
  const settings = linked.settings.all.filter(({ key, app: owner }) => key === 'broker_transport_options' && (owner === null || app === null || owner === app));
  if (!settings.length) return linked.settings.isComplete(app) ? fallback : null;
  const timeouts: number[] = [];
  for (const { value, scope, adds } of settings) {
    if (adds) return null;
    const found = dictItem(linked, value, scope, 'visibility_timeout');
    if (found === undefined) return null;
    const seconds = found === null ? fallback : linked.folder.number(found.value, found.scope);
    if (seconds === null) return null;
    timeouts.push(seconds);
  }
  return Math.max(...timeouts);
}

/** The value under a key of a dict that is written out; null where it has none, undefined where that is not known. */
export function dictItem(linked: Linked, node: Expression, scope: Scope, key: string): { readonly value: Expression; readonly scope: Scope } | null | undefined {
  const values = options(linked.evaluator.evaluate(node, scope));
  const [value] = values;
  if (values.length !== 1 || value?.kind !== 'expression' || value.node.kind !== 'Dict') return undefined;
  let found: Expression | null = null;
  for (const item of value.node.items) {
    const name = item.key && linked.folder.string(item.key, value.scope);
    if (typeof name !== 'string') return undefined;
    if (name === key) found = item.value;
  }
  return found && { value: found, scope: value.scope };
}
