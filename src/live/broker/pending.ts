import type { Reply } from '../wire/control';
import type { ControlAnswer } from './broker';

/** After all nodes that we know have answered, this long for those that we do not know. Milliseconds. */
const GRACE = 150;

export interface Expectation {
  /** Nodes that were asked by name, or null for whoever hears it. */
  readonly destination: readonly string[] | null;
  /** Nodes that are alive as far as we know. */
  readonly alive: readonly string[];
  /** A glob over the names of nodes, or null. */
  readonly pattern: string | null;
}

/**
 * One command that waits for its replies. It ends as soon as everybody has answered: all that were named, or as many as were listening, or, since
 * others than workers listen too, all that are known and a moment for the unknown.
 */
export class PendingCommand {
  readonly answer: Promise<ControlAnswer>;
  private readonly replies = new Map<string, Reply>();
  private listeners: number | null = null;
  private resolve!: (answer: ControlAnswer) => void;
  private grace: NodeJS.Timeout | undefined;
  private readonly deadline: NodeJS.Timeout;
  private ended = false;

  constructor(private readonly expectation: Expectation, timeout: number) {
    this.answer = new Promise(resolve => { this.resolve = resolve; });
    this.deadline = setTimeout(() => this.end(), timeout);
  }

  /** The broker says how many heard it; null where it does not say. */
  sent(listeners: number | null): void {
    this.listeners = listeners;
    this.check();
  }

  reply(reply: Reply): void {
    this.replies.set(reply.node, reply);
    this.check();
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.deadline);
    clearTimeout(this.grace);
    this.resolve({ replies: Array.from(this.replies.values()), listeners: this.listeners, silent: this.silent() });
  }

  private check(): void {
    const { destination, pattern } = this.expectation;
    if (destination && destination.every(node => this.replies.has(node))) return this.end();
    if (this.listeners !== null && this.replies.size >= this.listeners) return this.end();
    if (destination || (this.replies.size === 0 && pattern === null) || this.silent().length > 0) return;
    clearTimeout(this.grace);
    this.grace = setTimeout(() => this.end(), GRACE);
  }

  private silent(): string[] {
    const { destination, alive, pattern } = this.expectation;
    return (destination ?? (pattern === null ? alive : alive.filter(globMatcher(pattern)))).filter(node => !this.replies.has(node));
  }
}

/** Python's fnmatch: `*`, `?`, `[seq]`, `[!seq]`. */
function globMatcher(pattern: string): (name: string) => boolean {
  const source = pattern.replace(/\[(!?)([^\]]+)\]|[.*+?^${}()|[\]\\]/g, (part, not: string | undefined, set: string | undefined) => {
    if (set !== undefined) return `[${not === '!' ? '^' : ''}${set.replaceAll('\\', '\\\\')}]`;
    if (part === '*') return '.*';
    return part === '?' ? '.' : `\\${part}`;
  });
  try {
    const regex = new RegExp(`^${source}$`, 's');
    return name => regex.test(name);
  } catch {
    return () => true;
  }
}
