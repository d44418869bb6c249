import type { Evaluator } from '../semantics/evaluator';
import type { Folder } from '../semantics/constants';
import type { Scope } from '../semantics/scopes';
import { options } from '../semantics/values';
import type { Call, Expression } from '../syntax/nodes';
import { fileOf } from '../project/sourceFile';
import type { CallSite, CallSites } from './calls';
import { lastIdentifier, Meaning, type Plausible } from './plausible';

/** A part of a canvas, and the scope in which it means something. */
export interface Member {
  readonly node: Expression;
  readonly scope: Scope;
}

/** One task with its arguments. */
export interface Signature {
  readonly kind: 'signature';
  readonly node: Expression;
  readonly site: CallSite;
  /** Null where that is not constant. */
  readonly immutable: boolean | null;
  /** True where `clone(…)` gives arguments beside those of the site. */
  readonly hasMore: boolean;
}

/** Several signatures put together. */
export interface Combination {
  readonly kind: 'chain' | 'group' | 'chord';
  readonly node: Expression;
  /** Of a chord its header; null where they are not written out. A generator has its element for all. */
  readonly members: readonly Member[] | null;
  /** What a chord does with the results; null where there is none, or it is given later. */
  readonly body: Member | null;
}

/** One task over all items of a sequence. It takes nothing from what runs before. */
export interface Mapping {
  readonly kind: 'mapping';
  readonly node: Expression;
}

/** What an expression builds, to be sent later. */
export type Canvas = Signature | Combination | Mapping;

const combinations: ReadonlyMap<string, Combination['kind']> = new Map([['celery.chain', 'chain'], ['celery.group', 'group'], ['celery.chord', 'chord']]);
const mappings = new Set(['celery.chunks', 'celery.xmap', 'celery.xstarmap']);
/** Methods that give back the very canvas, or one like it. */
const passing = new Set(['set', 'clone', 'on_error']);

/** Reads what expressions build of tasks: signatures, `chain`, `group`, `chord`, `|`. */
export class Canvases {
  constructor(private readonly evaluator: Evaluator, private readonly folder: Folder, private readonly calls: CallSites, private readonly plausible: Plausible) {}

  /** The canvas that is written out there; null for names and for everything else. */
  read(node: Expression, scope: Scope): Canvas | null {
    if (node.kind === 'BinOp') return this.#joined(node, scope);
    if (node.kind !== 'Call') return null;
    const { func } = node;
    if (func.kind === 'Attribute' && passing.has(func.attr)) {
      const inner = this.read(func.value, scope);
      return inner && this.#passed(inner, func.attr, node, scope);
    }
    const site = this.calls.at(node, scope);
    if (site) return this.#built(site);
    if (!this.plausible.may(lastIdentifier(func), Meaning.Canvas)) return null;
    const callee = this.evaluator.evaluate(func, scope);
    if (callee.kind !== 'symbol') return null;
    if (mappings.has(callee.path)) return { kind: 'mapping', node };
    const kind = combinations.get(callee.path);
    return kind ? this.#combined(kind, node, scope) : null;
  }

  /** The canvas that an expression means, also by the name of a variable, which may have changed it since it was made. */
  follow(node: Expression, scope: Scope): Canvas | null {
    const [value, ...more] = options(this.evaluator.evaluate(node, scope));
    if (!value || more.length) return null;
    return value.kind === 'call' || value.kind === 'expression' ? this.read(value.node, value.scope) : null;
  }

  /** The signatures that get what is passed to a canvas: its result before, the arguments of its call. */
  receivers(canvas: Canvas): Signature[] {
    if (canvas.kind === 'signature') return [canvas];
    if (canvas.kind === 'mapping') return [];
    const members = canvas.kind === 'chain' ? canvas.members?.slice(0, 1) : canvas.members;
    return (members ?? []).flatMap(member => this.receiversOf(member));
  }

  receiversOf({ node, scope }: Member): Signature[] {
    const canvas = this.read(node, scope);
    return canvas ? this.receivers(canvas) : [];
  }

  #built(site: CallSite): Canvas | null {
    switch (site.via) {
      case 's': return { kind: 'signature', node: site.node, site, immutable: false, hasMore: false };
      case 'si': return { kind: 'signature', node: site.node, site, immutable: true, hasMore: false };
      case 'signature': case 'signature()': return { kind: 'signature', node: site.node, site, immutable: this.#immutable(site.node, site.scope, false), hasMore: false };
      case 'chunks': case 'map': case 'starmap': return { kind: 'mapping', node: site.node };
      default: return null;
    }
  }

  #passed(inner: Canvas, method: string, node: Call, scope: Scope): Canvas {
    if (inner.kind !== 'signature') return { ...inner, node };
    const hasMore = inner.hasMore || (method === 'clone' && (node.args.length > 0 || node.keywords.length > 0));
    return { ...inner, node, hasMore, immutable: method === 'set' ? this.#immutable(node, scope, inner.immutable) : inner.immutable };
  }

  /** What `immutable=` of a call says; `otherwise` where it says nothing. */
  #immutable({ keywords }: Call, scope: Scope, otherwise: boolean | null): boolean | null {
    const given = keywords.find(({ name }) => name === 'immutable')?.value;
    if (!given) return keywords.some(({ name }) => name === null) ? null : otherwise;
    const constant = this.folder.constant(given, scope);
    return typeof constant === 'boolean' ? constant : null;
  }

  #combined(kind: Combination['kind'], node: Call, scope: Scope): Combination {
    if (kind !== 'chord') return { kind, node, members: this.#members(node.args, scope), body: null };
    const header = node.args[0] ?? node.keywords.find(({ name }) => name === 'header')?.value;
    const body = node.args[1] ?? node.keywords.find(({ name }) => name === 'body')?.value;
    return { kind, node, members: header ? this.#members([header], scope) : null, body: body ? { node: body, scope } : null };
  }

  /** `chain(a, b)` and `chain([a, b])`; a group that is a chord's header stands for its members. */
  #members(args: readonly Expression[], scope: Scope): readonly Member[] | null {
    if (args.some(({ kind }) => kind === 'Starred')) return null;
    if (args.length !== 1) return args.map(node => ({ node, scope }));
    const [only] = args as [Expression];
    if (only.kind === 'List' || only.kind === 'Tuple') return only.elements.some(({ kind }) => kind === 'Starred') ? null : only.elements.map(node => ({ node, scope }));
    if (only.kind === 'Comprehension') {
      const inner = fileOf(scope).analysis.inner.get(only);
      return inner && only.type !== 'dict' ? [{ node: only.element, scope: inner }] : null;
    }
    return this.read(only, scope) ? [{ node: only, scope }] : null;
  }

  /** `a | b | c` is one chain, and `group | task` a chord. */
  #joined(node: Extract<Expression, { kind: 'BinOp' }>, scope: Scope): Combination | null {
    if (node.operator !== '|') return null;
    const parts: Member[] = [];
    const flatten = (side: Expression): void => {
      if (side.kind === 'BinOp' && side.operator === '|') {
        flatten(side.left);
        flatten(side.right);
      } else parts.push({ node: side, scope });
    };
    flatten(node);
    return parts.some(part => this.read(part.node, scope)) ? { kind: 'chain', node, members: parts, body: null } : null;
  }
}
