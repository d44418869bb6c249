import { nearest, tolerance } from '../../celery/nearMiss';
import type { Expression, ParameterNode, Span } from '../syntax/nodes';
import type { Argument } from './calls';

/** One way in which arguments do not fit a signature, with where to show it; `missing` has no place of its own. */
export type Misfit =
  | { readonly kind: 'too-many'; readonly at: Span; readonly given: number; readonly most: number }
  | { readonly kind: 'unknown'; readonly at: Span; readonly name: string; /** The missing parameter that it stands for. */ readonly meant?: string | undefined }
  | { readonly kind: 'twice'; readonly at: Span; readonly name: string }
  | { readonly kind: 'missing'; readonly names: readonly string[] };

export interface Arguments {
  /** Null: not written out, so nothing can be said of what goes by position. */
  readonly args: readonly Expression[] | null;
  readonly kwargs: readonly Argument[] | null;
  /** Positional arguments that Celery puts before these: the result of the task before in a chain. */
  readonly prepended?: number;
  /** True where more may be added later, so nothing is missing yet. */
  readonly partial?: boolean;
}

/** How arguments fail to fit parameters by Python's own rules (`inspect.Signature.bind`), in the order of the source. */
export function misfits({ args, kwargs, prepended = 0, partial = false }: Arguments, parameters: readonly ParameterNode[]): Misfit[] {
  const found: Misfit[] = [];
  const positional = parameters.filter(({ kind }) => kind === 'positional' || kind === 'positional-only');
  const anyPositional = parameters.some(({ kind }) => kind === 'var-positional');
  const anyKeyword = parameters.some(({ kind }) => kind === 'var-keyword');
  const filled = new Set(positional.slice(0, prepended).map(({ name }) => name));
  if (args) {
    args.slice(0, Math.max(0, positional.length - prepended)).forEach((_, index) => filled.add(positional[prepended + index]!.name));
    const extra = args.slice(Math.max(0, positional.length - prepended));
    if (extra.length && !anyPositional) found.push({ kind: 'too-many', at: { start: extra[0]!.start, end: extra.at(-1)!.end }, given: prepended + args.length, most: positional.length });
  }
  const seen = new Set<string>();
  for (const { name, at } of kwargs ?? []) {
    const parameter = parameters.find(candidate => candidate.name === name && (candidate.kind === 'positional' || candidate.kind === 'keyword-only'));
    if (!parameter && !anyKeyword) found.push({ kind: 'unknown', at, name });
    else if (parameter && (filled.has(name) && !seen.has(name))) found.push({ kind: 'twice', at, name });
    if (parameter) {
      filled.add(name);
      seen.add(name);
    }
  }
  if (partial || !args || !kwargs) return found;
  const missing = parameters.filter(parameter => !parameter.default && parameter.kind !== 'var-positional' && parameter.kind !== 'var-keyword' && !filled.has(parameter.name));
  // Too many by position and one missing by name may both be true of keyword-only parameters alone.
  if (missing.length) found.push({ kind: 'missing', names: missing.map(({ name }) => name) });
  return found;
}

/** Takes an unknown name and the missing parameter that it stands for as the one mistake that they are: the only one it is like, or the only one there is. */
export function withSlips(found: readonly Misfit[], parameters: readonly ParameterNode[]): readonly Misfit[] {
  const lacking = found.flatMap(misfit => misfit.kind === 'missing' ? misfit.names : []);
  const unknown = found.filter(misfit => misfit.kind === 'unknown');
  const meant = new Map<Misfit, string>();
  for (const misfit of unknown) {
    const free = lacking.filter(name => parameters.some(parameter => parameter.name === name && parameter.kind !== 'positional-only'));
    const like = unknown.length === 1 && free.length === 1 && lacking.length === 1 ? free : nearest(misfit.name, free, Math.max(1, tolerance(misfit.name)));
    if (like.length === 1 && ![...meant.values()].includes(like[0]!)) meant.set(misfit, like[0]!);
  }
  if (!meant.size) return found;
  const told = new Set(meant.values());
  return found.flatMap((misfit): Misfit[] => {
    if (misfit.kind === 'unknown') return [{ ...misfit, meant: meant.get(misfit) }];
    if (misfit.kind !== 'missing') return [misfit];
    const names = misfit.names.filter(name => !told.has(name));
    return names.length ? [{ kind: 'missing', names }] : [];
  });
}

/** `order_id, amount=1, *rest`: parameters as in a signature, without annotations. */
export function signatureText(parameters: readonly ParameterNode[], text: (span: Span) => string): string {
  const parts: string[] = [];
  parameters.forEach((parameter, index) => {
    const before = parameters[index - 1];
    if (before?.kind === 'positional-only' && parameter.kind !== 'positional-only') parts.push('/');
    if (parameter.kind === 'keyword-only' && before?.kind !== 'keyword-only' && before?.kind !== 'var-positional') parts.push('*');
    const star = parameter.kind === 'var-positional' ? '*' : parameter.kind === 'var-keyword' ? '**' : '';
    parts.push(`${star}${parameter.name}${parameter.default ? `=${text(parameter.default)}` : ''}`);
  });
  if (parameters.at(-1)?.kind === 'positional-only') parts.push('/');
  return parts.join(', ');
}

/** Whether parameters take all that is given, what is prepended too. True where it is not known. */
export function fits(given: Arguments, parameters: readonly ParameterNode[]): boolean {
  const positional = parameters.filter(({ kind }) => kind === 'positional' || kind === 'positional-only').length;
  const takesPrepended = (given.prepended ?? 0) <= positional || parameters.some(({ kind }) => kind === 'var-positional');
  return takesPrepended && misfits(given, parameters).length === 0;
}
