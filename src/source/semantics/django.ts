import { fileOf } from '../project/sourceFile';
import type { Expression, FunctionDef, ParameterNode } from '../syntax/nodes';
import type { Evaluator } from './evaluator';
import type { Scope } from './scopes';
import type { ClassValue, Value } from './values';

/** Classes outside of the project that are models. */
const models = new Set([
  'django.db.models.Model', 'django.db.models.base.Model', 'django.contrib.gis.db.models.Model', 'django.contrib.auth.base_user.AbstractBaseUser',
  'model_utils.models.TimeStampedModel', 'django_extensions.db.models.TimeStampedModel', 'mptt.models.MPTTModel', 'polymorphic.models.PolymorphicModel',
]);
/** Those of Django's own applications. */
const contributed = /^django\.contrib\.\w+\.models\.(?!AnonymousUser$)[A-Z][a-z]\w*(?<!Manager)$/;

export function isModelPath(path: string): boolean {
  return models.has(path) || contributed.test(path);
}

const views = /^django\.views\.(?:generic\.|View$)|^rest_framework\.(?:views\.APIView$|generics\.|viewsets\.)/;
const admins = /^django\.contrib\.admin\.(?:options\.)?(?:ModelAdmin|TabularInline|StackedInline)$/;
const viewDecorators = /^(?:django\.views\.decorators|django\.contrib\.auth\.decorators|rest_framework\.decorators)\./;

/** Whether a class is a view of Django or REST framework, whose instances have the request. */
export function isView(type: Value, evaluator: Evaluator): boolean {
  return evaluator.derives(type, path => views.test(path));
}

const objectViews = /^django\.views\.generic\.(?:detail\.|edit\.)?(?:Detail|Update|Delete)View$|^rest_framework\.(?:generics\.(?:Generic|Retrieve|Update|Destroy)\w*APIView|viewsets\.(?:Generic|Model|ReadOnlyModel)ViewSet)$/;

/** Whether `get_object()` of a class gives an instance of a model. */
export function isObjectView(type: Value, evaluator: Evaluator): boolean {
  return evaluator.derives(type, path => objectViews.test(path));
}

const signals = /^django\.db\.models\.signals\.(?:pre|post)_(?:save|delete|init)$/;

/** The `instance` of a receiver of signals of models. */
export function isInstanceOfSignal(parameter: ParameterNode, scope: Scope, evaluator: Evaluator): boolean {
  if (parameter.name !== 'instance' || scope.kind !== 'function' || !scope.parent) return false;
  const { parent } = scope;
  const [decorator, ...others] = (scope.node as FunctionDef).decorators;
  if (decorator?.expression.kind !== 'Call' || others.length) return false;
  const { func, args: [signal] } = decorator.expression;
  const isSymbol = (node: Expression, test: (path: string) => boolean): boolean => {
    const value = evaluator.evaluate(node, parent);
    return value.kind === 'symbol' && test(value.path);
  };
  if (!signal || !isSymbol(func, path => path === 'django.dispatch.receiver')) return false;
  return (signal.kind === 'List' || signal.kind === 'Tuple' ? signal.elements : [signal]).every(each => isSymbol(each, path => signals.test(path)));
}

/** The `request` of a view, which few people annotate: of a method of a view class, else first in a function that a decorator or its module shows to be a view. */
export function isRequestOfView(parameter: ParameterNode, scope: Scope, evaluator: Evaluator): boolean {
  if (parameter.name !== 'request' || scope.kind !== 'function' || !scope.parent) return false;
  const { parent } = scope;
  const { parameters, decorators } = scope.node as FunctionDef;
  if (parent.kind === 'class') {
    const type: ClassValue = { kind: 'class', node: parent.node as ClassValue['node'], scope: parent.parent! };
    return parameters[1] === parameter && (isView(type, evaluator) || evaluator.derives(type, path => admins.test(path)));
  }
  if (parent.kind !== 'module' || parameters[0] !== parameter) return false;
  const ofViews = decorators.map(({ expression }) => isViewDecorator(expression, parent, evaluator));
  return ofViews.every(known => known) && (ofViews.length > 0 || isModuleOfViews(parent));
}

function isViewDecorator(decorator: Expression, scope: Scope, evaluator: Evaluator): boolean {
  const value = evaluator.evaluate(decorator.kind === 'Call' ? decorator.func : decorator, scope);
  return value.kind === 'symbol' && viewDecorators.test(value.path);
}

function isModuleOfViews(scope: Scope): boolean {
  const { name, analysis } = fileOf(scope);
  return name.split('.').includes('views') && analysis.imports.some(({ module }) => /^(?:django|rest_framework)\b/.test(module));
}
