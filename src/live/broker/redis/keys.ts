/** Kombu's names in Redis (kombu.transport.redis), from `broker_transport_options`. */
export class RedisKeys {
  readonly prefix: string;
  readonly separator: string;
  readonly steps: readonly number[];
  readonly unacked: string;
  readonly unackedIndex: string;
  /** Seconds until a message that nobody acknowledged is delivered again. */
  readonly visibilityTimeout: number;
  private readonly fanoutPrefix: string;
  private readonly patterns: boolean;

  constructor(options: Readonly<Record<string, unknown>>, db: number) {
    const text = (name: string, fallback: string): string => (typeof options[name] === 'string' ? options[name] : fallback);
    this.prefix = text('global_keyprefix', '');
    this.separator = text('sep', '\x06\x16') || '\x06\x16';
    const steps = options['priority_steps'];
    const numbers = Array.isArray(steps) ? steps.filter(step => typeof step === 'number' && Number.isInteger(step)).map(Number) : [];
    this.steps = numbers.length > 0 ? numbers.sort((a, b) => a - b) : [0, 3, 6, 9];
    this.unacked = this.prefix + text('unacked_key', 'unacked');
    this.unackedIndex = this.prefix + text('unacked_index_key', 'unacked_index');
    const timeout = options['visibility_timeout'];
    this.visibilityTimeout = typeof timeout === 'number' && timeout > 0 ? timeout : 3600;
    const fanout = options['fanout_prefix'];
    this.fanoutPrefix = fanout === false ? '' : (typeof fanout === 'string' && fanout !== '' ? fanout : '/{db}.').replaceAll('{db}', String(db));
    this.patterns = options['fanout_patterns'] !== false;
  }

  /** The list of a queue for messages of this priority: that of the greatest step that is not above it. */
  list(queue: string, priority: number): string {
    const step = this.steps.findLast(candidate => candidate <= priority) ?? this.steps[0]!;
    return this.listOfStep(queue, step);
  }

  listOfStep(queue: string, step: number): string {
    return step === 0 ? this.prefix + queue : `${this.prefix}${queue}${this.separator}${step}`;
  }

  /** All lists of a queue, in the order of priority: 0 is the highest on Redis. */
  lists(queue: string): string[] {
    return this.steps.map(step => this.listOfStep(queue, step));
  }

  bindings(exchange: string): string {
    return `${this.prefix}_kombu.binding.${exchange}`;
  }

  /** Since kombu 5.7 a binding set without this one beside it is swept away once its deadline has passed. */
  permanentBindings(exchange: string): string {
    return `${this.prefix}_kombu.binding_permanent.${exchange}`;
  }

  /** Routing key, pattern (empty but for topics), queue. */
  bindingMember(routingKey: string, queue: string): string {
    return [routingKey, '', queue].join(this.separator);
  }

  /** The queue of a member of a binding set, null where it is none. */
  queueOfBinding(member: string): { routingKey: string; queue: string } | null {
    const parts = member.split(this.separator);
    return parts.length === 3 && parts[2] !== '' ? { routingKey: parts[0]!, queue: parts[2]! } : null;
  }

  channel(exchange: string): string {
    return `${this.prefix}${this.fanoutPrefix}${exchange}`;
  }

  /** Patterns of PSUBSCRIBE that hear everything of a fanout exchange. */
  channelPatterns(exchange: string): string[] {
    const channel = this.channel(exchange).replace(/[\\*?[\]]/g, character => `\\${character}`);
    return this.patterns ? [channel, `${channel}/*`] : [channel];
  }
}
