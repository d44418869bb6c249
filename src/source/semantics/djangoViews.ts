import { fileOf } from '../project/sourceFile';
import type { Expression, FunctionDef, ParameterNode } from '../syntax/nodes';
import { isAdmin } from './djangoAdmin';
import type { Evaluator } from './evaluator';
import type { Scope } from './scopes';
import { classAround, type Value } from './values';

/** The classes of Django and REST framework from which views are made, and the mixins for them. */
const views = new RegExp([
  '^django\\.views\\.(?:View|generic\\.(?:\\w+\\.)?\\w*(?:View|Mixin)|i18n\\.\\w+Catalog)$',
  '^django\\.contrib\\.auth\\.(?:views|mixins)\\.\\w+(?:View|Mixin)$',
  '^rest_framework\\.(?:views\\.APIView|(?:generics|viewsets|mixins)\\.\\w*(?:View|ViewSet|Mixin)|authtoken\\.views\\.ObtainAuthToken)$',
].join('|'));
/** Those of them that have `get_object()`. */
const objectViews = /^django\.views\.generic\.(?:\w+\.)?(?:SingleObject|(?:Base)?(?:Date)?Detail|ModelForm|(?:Base)?(?:Create|Update|Delete))(?:View|Mixin)$|^rest_framework\.(?:generics\.\w+APIView|viewsets\.(?:Generic|Model|ReadOnlyModel)ViewSet)$/;
/** Decorators that only a function that is a view may have. */
const viewDecorators = new RegExp([
  '^django\\.views\\.decorators\\.(?!debug\\.sensitive_variables$)', '^django\\.contrib\\.(?:auth|admin\\.views)\\.decorators\\.',
  '^django\\.db\\.transaction\\.non_atomic_requests$', '^rest_framework\\.decorators\\.',
].join('|'));
/** Packages whose decorators hand a view its arguments as they are. */
const packages = /^(?:django|rest_framework|drf_spectacular|drf_yasg)\./;
/** What the first argument of a view is. */
export const requests: ReadonlySet<string> = new Set(['django.http.HttpRequest', 'django.http.request.HttpRequest', 'django.core.handlers.wsgi.WSGIRequest', 'rest_framework.request.Request']);

/** Whether a class is a view of Django or REST framework, whose instances have the request. */
export function isView(type: Value, evaluator: Evaluator): boolean {
  return evaluator.derives(type, path => views.test(path));
}

/** Whether `get_object()` of a class gives an instance of a model. */
export function isObjectView(type: Value, evaluator: Evaluator): boolean {
  return evaluator.derives(type, path => objectViews.test(path));
}

/** The `request` of a view, which few people annotate: of a method of a view or of the admin, else first in a function that is a view. */
export function isRequestOfView(parameter: ParameterNode, scope: Scope, evaluator: Evaluator): boolean {
  if (scope.kind !== 'function' || !scope.parent) return false;
  const method = scope.node as FunctionDef;
  const type = classAround(scope);
  if (type) return parameter.name === 'request' && method.parameters[1] === parameter && (isView(type, evaluator) || isAdmin(type, evaluator));
  return method.parameters[0] === parameter && isViewFunction(method, scope.parent, evaluator);
}

/** Whether a function is a view, by its decorators, by what its first parameter is annotated with, or by that one's name in a module of views. */
export function isViewFunction({ decorators, parameters }: FunctionDef, scope: Scope, evaluator: Evaluator): boolean {
  const paths = decorators.map(({ expression }) => decoratorPath(expression, scope, evaluator));
  if (scope.kind !== 'module' || !paths.every(isOfFramework)) return false;
  const [first] = parameters;
  return paths.some(path => viewDecorators.test(path)) || (first !== undefined && takesRequest(first, scope, evaluator));
}

function takesRequest({ name, annotation }: ParameterNode, scope: Scope, evaluator: Evaluator): boolean {
  if (!annotation) return name === 'request' && isModuleOfViews(scope);
  const type = evaluator.classOf(evaluator.annotated(annotation, scope));
  return type !== null && evaluator.derives(type, path => requests.has(path));
}

function isModuleOfViews(scope: Scope): boolean {
  const { name, analysis } = fileOf(scope);
  return name.split('.').includes('views') && analysis.imports.some(({ module }) => /^(?:django|rest_framework)\b/.test(module));
}

/** The path of a decorator, called or not; of `@method_decorator(…)` that of what it is given. Null where it is of the project, or unknown. */
export function decoratorPath(decorator: Expression, scope: Scope, evaluator: Evaluator): string | null {
  const value = evaluator.evaluate(decorator.kind === 'Call' ? decorator.func : decorator, scope);
  if (value.kind !== 'symbol') return null;
  if (value.path !== 'django.utils.decorators.method_decorator') return value.path;
  const given = decorator.kind === 'Call' ? decorator.args[0] : undefined;
  return given ? decoratorPath(given, scope, evaluator) : null;
}

/** Whether a decorator is of a package that hands a view its arguments as they are. */
export function isOfFramework(path: string | null): path is string {
  return path !== null && packages.test(path);
}
