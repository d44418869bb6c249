import { randomUUID } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { BOUNDS } from './bounds';
import { isFields, nameOf, type Fields } from './guards';
import { parseExactly, parseLoosely, writePythonJson, type PythonJson } from './json';

/** A message as kombu's transports carry it, whatever the broker: the body still encoded, but no longer in base64. */
export interface Message {
  readonly headers: Fields;
  readonly properties: Fields;
  readonly contentType: string;
  readonly contentEncoding: string;
  readonly body: Buffer;
}

/**
 * Reads a list element or a published text of kombu's Redis transport (kombu.transport.virtual). Null where it is none, or larger than we look at.
 * @param exact keeps large integers and floats as they are, for what is sent again; slower.
 */
export function readEnvelope(text: string, exact = false): Message | null {
  if (text.length > BOUNDS.message) return null;
  const envelope: unknown = exact ? parseExactly(text) : parseLoosely(text);
  if (!isFields(envelope)) return null;
  const body = envelope['body'];
  if (typeof body !== 'string') return null;
  const properties = isFields(envelope['properties']) ? envelope['properties'] : {};
  return {
    headers: isFields(envelope['headers']) ? envelope['headers'] : {},
    properties,
    contentType: nameOf(envelope['content-type']) ?? 'application/data',
    contentEncoding: nameOf(envelope['content-encoding']) ?? 'utf-8',
    body: Buffer.from(body, properties['body_encoding'] === 'base64' ? 'base64' : 'utf8'),
  };
}

/** zlib under its various names in kombu.compression: `gzip` means zlib there (RFC 1950). */
const ZLIB = 'application/x-gzip';

/** The body after decompression; null where it cannot be read (a compression that Node lacks, corrupt, or larger than we look at). */
export function plainBody(message: Message): Buffer | null {
  const compression = message.headers['compression'];
  if (compression === undefined || compression === null) return message.body;
  if (compression !== ZLIB) return null;
  try {
    return inflateSync(message.body, { maxOutputLength: BOUNDS.inflated });
  } catch {
    return null;
  }
}

export function isJson(message: Message): boolean {
  return message.contentType === 'application/json';
}

export interface EnvelopeAddress {
  readonly exchange: string;
  readonly routingKey: string;
  /** 2 persistent, 1 transient. */
  readonly deliveryMode: 1 | 2;
  readonly priority?: number;
}

export interface OutgoingMessage {
  readonly headers: Readonly<Record<string, PythonJson>>;
  readonly properties: Readonly<Record<string, PythonJson>>;
  readonly contentType: string;
  readonly contentEncoding: string;
  readonly body: Buffer;
}

/** The text that kombu's Redis transport expects. `delivery_tag`, `delivery_info` and base64 are not optional: workers die without them. */
export function writeEnvelope(message: OutgoingMessage, address: EnvelopeAddress): string {
  return writePythonJson({
    body: message.body.toString('base64'),
    'content-encoding': message.contentEncoding,
    'content-type': message.contentType,
    headers: { ...message.headers },
    properties: {
      ...message.properties,
      delivery_mode: address.deliveryMode,
      delivery_info: { exchange: address.exchange, routing_key: address.routingKey },
      priority: address.priority ?? 0,
      body_encoding: 'base64',
      delivery_tag: randomUUID(),
    },
  });
}
