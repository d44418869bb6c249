import type { PythonType } from '../../celery/serialization';
import { lastIdentifier } from '../celery/plausible';
import type { Linked } from '../project/linked';
import { options, type ClassValue, type Value } from '../semantics/values';
import { once } from './context';
import { mentions } from './usage';

/** What kombu is taught to encode, by the kinds of the types; null where that is not known. */
type Registered = ReadonlySet<PythonType['name']> | null;

const registering = /\bregister_type\b/;

/** Whether the project may have taught kombu's JSON encoder values of that type: `register_type(Money, …)`. */
export function isRegistered({ name }: PythonType, linked: Linked): boolean {
  const registered = registeredIn(linked);
  return registered === null || registered.has(name);
}

const registeredIn = once((linked: Linked): Registered => mentions(linked, registering) ? readRegistered(linked) : new Set());

function readRegistered({ files, evaluator, types, classes }: Linked): Registered {
  const names = new Set<PythonType['name']>();
  let calls = 0;
  for (const file of files) {
    for (const { node, scope } of file.analysis.calls) {
      if (lastIdentifier(node.func) !== 'register_type') continue;
      const [type] = node.args;
      if (!type) return null;
      calls++;
      for (const value of options(evaluator.evaluate(type, scope))) {
        const kinds = value.kind === 'class' ? classes.filter(other => derives(other, value)) : value.kind === 'symbol' && value.path !== 'builtins.object' ? [value] : [];
        const instances = kinds.map(kind => types.instance(kind).name);
        if (!instances.length || (value.kind === 'symbol' && instances.includes('unknown'))) return null;
        for (const name of instances) names.add(name);
      }
    }
  }
  return calls ? names : null;

  function derives(type: ClassValue, base: Value): boolean {
    return base.kind === 'class' && evaluator.mro(type).some(other => other.kind === 'class' && other.node === base.node);
  }
}
