import type { FunctionDef } from '../syntax/nodes';
import { isView } from './djangoViews';
import type { Evaluator } from './evaluator';
import { classAround, itemOf, type ClassValue, type Value } from './values';

const forms = /^django\.forms\./;
const fileFields = /^django\.forms\.(?:fields\.)?(?:File|Image)Field$/;

/**
 * Whether a value is what a form of the project has made of an upload: `form.cleaned_data['file']`.
 * @param hasSubclasses whether a class has any in the project
 */
export function isFileOfForm(value: Value, evaluator: Evaluator, hasSubclasses: (type: ClassValue) => boolean): boolean {
  const item = itemOf(value);
  if (item?.of.kind !== 'member' || item.of.name !== 'cleaned_data') return false;
  const { of } = item.of;
  const form = formOf(of, evaluator);
  if (!form || !evaluator.derives(form, path => forms.test(path))) return false;
  const isExact = of.kind === 'call' || (of.kind === 'parameter' && !of.node.annotation);
  if (!isExact && hasSubclasses(form)) return false;
  const field = evaluator.member(form, item.key);
  if (field?.kind !== 'call' || field.callee.kind !== 'symbol' || !fileFields.test(field.callee.path)) return false;
  // Those may put something else there.
  return !evaluator.member(form, 'clean') && !evaluator.member(form, `clean_${item.key}`);
}

/** The class of a form, also of that which a view hands to its `form_valid`. */
function formOf(value: Value, evaluator: Evaluator): ClassValue | null {
  if (value.kind !== 'parameter') return projects(evaluator.classOf(value));
  const { node, scope } = value;
  if (node.annotation) return projects(evaluator.classOf(evaluator.annotated(node.annotation, scope.parent ?? scope)));
  const view = node.name === 'form' && (scope.node as FunctionDef).name === 'form_valid' ? classAround(scope) : null;
  return view && isView(view, evaluator) && !evaluator.member(view, 'get_form_class') && !evaluator.member(view, 'get_form') ? projects(evaluator.member(view, 'form_class')) : null;
}

function projects(type: Value | null): ClassValue | null {
  return type?.kind === 'class' ? type : null;
}
