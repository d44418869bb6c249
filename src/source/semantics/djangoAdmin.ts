import type { FunctionDef, ParameterNode } from '../syntax/nodes';
import type { Evaluator } from './evaluator';
import type { Scope } from './scopes';
import { classAround, type ClassValue, type Value } from './values';

const modelAdmins = /^django\.contrib\.(?:(?:gis\.)?admin\.(?:options\.)?(?:ModelAdmin|GISModelAdmin|GeoModelAdmin|OSMGeoAdmin)|auth\.admin\.(?:User|Group)Admin)$/;
const inlines = /^django\.contrib\.(?:gis\.)?admin\.(?:options\.)?(?:InlineModelAdmin|TabularInline|StackedInline)$/;
const registering = new Set(['django.contrib.admin.register', 'django.contrib.admin.decorators.register', 'django.contrib.gis.admin.register']);

/** How a method of a `ModelAdmin` that runs within the transaction of the form gets what is saved there. */
interface AdminMethod {
  /** The place of the parameter that leads to it, counted with `self`. */
  readonly parameter: number;
  readonly gives: 'instance' | 'form' | 'key';
  /** Whether it is saved or deleted already. */
  readonly done: boolean;
  /** The view that opens the transaction. */
  readonly view: 'changeform_view' | 'delete_view';
}

/** `delete_queryset` is none of them: actions on the list have no transaction. */
const methods: Readonly<Record<string, AdminMethod>> = {
  save_model: { parameter: 2, gives: 'instance', done: false, view: 'changeform_view' },
  save_related: { parameter: 2, gives: 'form', done: true, view: 'changeform_view' },
  save_formset: { parameter: 2, gives: 'form', done: true, view: 'changeform_view' },
  response_add: { parameter: 2, gives: 'instance', done: true, view: 'changeform_view' },
  response_change: { parameter: 2, gives: 'instance', done: true, view: 'changeform_view' },
  delete_model: { parameter: 2, gives: 'instance', done: false, view: 'delete_view' },
  response_delete: { parameter: 3, gives: 'key', done: true, view: 'delete_view' },
};

/** Whether a class is one of Django's admin, whose methods get the request first. */
export function isAdmin(type: Value, evaluator: Evaluator): boolean {
  return evaluator.derives(type, path => modelAdmins.test(path) || inlines.test(path));
}

export function isModelAdmin(type: Value, evaluator: Evaluator): boolean {
  return evaluator.derives(type, path => modelAdmins.test(path));
}

/** Whether the method of a `ModelAdmin` is given an instance of a model by that parameter: the classes that it is registered for, as far as they are known. Null where it is not. */
export function modelsOfAdmin(parameter: ParameterNode, scope: Scope, evaluator: Evaluator): readonly Value[] | null {
  const admin = methodOf(scope, evaluator);
  if (admin?.method.gives !== 'instance' || admin.parameter !== parameter) return null;
  return admin.type.node.decorators.flatMap(({ expression }) => {
    if (expression.kind !== 'Call') return [];
    const decorator = evaluator.evaluate(expression.func, admin.type.scope);
    return decorator.kind === 'symbol' && registering.has(decorator.path) ? expression.args.map(model => evaluator.evaluate(model, admin.type.scope)) : [];
  });
}

/** What the admin has written before it calls a method, within the transaction that it has opened: names and what follows them. Null for other methods, and where the project's own view may open none. */
export function writtenByAdmin(scope: Scope, evaluator: Evaluator): readonly string[] | null {
  const admin = methodOf(scope, evaluator);
  if (!admin || evaluator.member(admin.type, admin.method.view)) return null;
  const { method: { gives, done }, parameter: { name } } = admin;
  return done ? [gives === 'form' ? `${name}.instance` : name] : [];
}

function methodOf(scope: Scope, evaluator: Evaluator): { readonly type: ClassValue; readonly method: AdminMethod; readonly parameter: ParameterNode } | null {
  const type = classAround(scope);
  if (!type) return null;
  const { name, parameters } = scope.node as FunctionDef;
  const method = Object.hasOwn(methods, name) ? methods[name]! : null;
  const parameter = method && parameters[method.parameter];
  return parameter && (parameter.kind === 'positional' || parameter.kind === 'positional-only') && isModelAdmin(type, evaluator) ? { type, method, parameter } : null;
}
