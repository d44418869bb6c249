import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import { Redis } from 'ioredis';
import { openBroker, type Broker } from '../../../src/live/broker/broker';
import { openResults, type Results } from '../../../src/live/results/results';
import { parseExactly, PythonFloat, type PythonJson } from '../../../src/live/wire/json';
import { buildTask, type TaskCall } from '../../../src/live/wire/message';
import { PythonTuple, PythonTyped, type PythonValue } from '../../../src/live/wire/values';
import { CELERY_VERSIONS, eventually, runPython, startRedis, startWorker, type CeleryVersion, type TestBroker, type TestWorker } from '../../harness/celery';
import { Random } from '../../harness/random';

const CALLS = 100;
const KOMBU: Record<CeleryVersion, string> = { 5.2: '5.2.4', 5.3: '5.3.7', 5.4: '5.4.2', 5.5: '5.5.4', 5.6: '5.7.0', 5.7: '5.7.0' };

/** A random value, and the Python that makes the same. */
function randomValue(random: Random, typed: boolean, depth: number): { value: PythonValue; python: string } {
  const kind = random.pick(['int', 'int', 'big', 'float', 'whole', 'string', 'string', 'string', 'none', 'bool', ...(depth < 5 ? ['list', 'tuple', 'dict', 'dict'] : []), ...(typed ? ['datetime', 'date', 'time', 'decimal', 'uuid', 'bytes'] : [])]);
  const many = (): { value: PythonValue; python: string }[] => Array.from({ length: random.below(5) }, () => randomValue(random, typed, depth + 1));
  switch (kind) {
    case 'int': { const value = random.below(2 ** 40) - 2 ** 39; return { value, python: String(value) }; }
    case 'big': { const value = BigInt(random.below(2 ** 40)) * 2n ** 60n; return { value, python: String(value) }; }
    case 'float': { const value = random.pick([0.1, -2.5, 1e-7, 1.5e300, 123456.789, 3e-5]); return { value, python: String(value) }; }
    case 'whole': { const value = random.pick([0, 1, -3, 1e15, 1e22]); return { value: new PythonFloat(value), python: `${value.toExponential()}` }; }
    case 'string': { const value = randomText(random); return { value, python: pythonLiteral(value) }; }
    case 'none': return { value: null, python: 'None' };
    case 'bool': return random.pick([{ value: true, python: 'True' }, { value: false, python: 'False' }]);
    case 'list': { const items = many(); return { value: items.map(item => item.value), python: `[${items.map(item => item.python).join(', ')}]` }; }
    case 'tuple': { const items = many(); return { value: new PythonTuple(items.map(item => item.value)), python: `(${items.map(item => `${item.python},`).join(' ')})` }; }
    case 'dict': {
      const items = many().map((item, index) => [`k${Array.from(randomText(random)).slice(0, 8).join('')}${index}`, item] as const);
      return { value: Object.fromEntries(items.map(([key, item]) => [key, item.value])), python: `{${items.map(([key, item]) => `${pythonLiteral(key)}: ${item.python}`).join(', ')}}` };
    }
    case 'datetime': { const text = random.pick(['2024-01-02T00:00:00+00:00', '2024-12-31T23:59:59.123456', '2024-06-01T12:00:05-03:30', '1999-02-03T04:05:00+05:30']); return { value: PythonTyped.datetime(text), python: `datetime.datetime.fromisoformat('${text}')` }; }
    case 'date': return { value: PythonTyped.date('2024-02-29'), python: 'datetime.date(2024, 2, 29)' };
    case 'time': { const text = random.pick(['01:02:03', '23:59:59.000001', '07:00:00+02:00']); return { value: PythonTyped.time(text), python: `datetime.time.fromisoformat('${text}')` }; }
    case 'decimal': { const text = random.pick(['1.50', '-0.001', '1E+10', 'NaN', '12345678901234567890.5']); return { value: PythonTyped.decimal(text), python: `decimal.Decimal('${text}')` }; }
    case 'uuid': return { value: PythonTyped.uuid('12345678-1234-5678-1234-567812345678'), python: "uuid.UUID('12345678123456781234567812345678')" };
    default: { const bytes = random.pick([Buffer.from('abc'), Buffer.from([255, 0, 7]), Buffer.from('ü"\'')]); return { value: PythonTyped.bytes(bytes), python: `bytes.fromhex('${bytes.toString('hex')}')` }; }
  }
}

function randomText(random: Random): string {
  return Array.from({ length: random.pick([0, 1, 3, 10, 40, 300, 1500]) }, () => random.pick([...'abc xyz 01\'"\\\n\t{}[](),:%äß€', '😀', '\u2028', '\x00'])).join('');
}

function pythonLiteral(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).replace(/((?:\\u[0-9a-f]{4})+)/g, run => {
    const characters = JSON.parse(`"${run}"`) as string;
    return Array.from(characters, character => `\\U${character.codePointAt(0)!.toString(16).padStart(8, '0')}`).join('');
  });
}

interface Sample {
  readonly call: TaskCall;
  readonly python: string;
}

function randomCall(random: Random, version: CeleryVersion): Sample {
  const typed = version !== '5.2';
  const args = Array.from({ length: random.below(4) }, () => randomValue(random, typed, 0));
  const kwargs = Array.from({ length: random.below(3) }, (_, index) => [`k${index}`, randomValue(random, typed, 0)] as const);
  const options: [keyof TaskCall, PythonJson, string][] = [];
  if (random.below(4) === 0) options.push(['priority', random.below(10), 'priority']);
  if (random.below(4) === 0) options.push(['timeLimit', 300 + random.below(600), 'time_limit']);
  if (random.below(4) === 0) options.push(['softTimeLimit', 200 + random.below(90), 'soft_time_limit']);
  if (random.below(4) === 0) options.push(['shadow', `shadow-${random.below(10)}`, 'shadow']);
  if (random.below(5) === 0) options.push(['countdown', 0.5, 'countdown']);
  if (random.below(5) === 0) options.push(['compression', 'gzip', 'compression']);
  if (random.below(4) === 0) options.push(['ignoreResult', false, 'ignore_result']);
  const headers = random.below(4) === 0 ? { 'x-tenant': `t${random.below(9)}`, number: random.below(100_000), nested: [1, null, { a: true }] } : undefined;
  const expires = random.below(5) === 0;
  const python = [
    `args=(${args.map(item => `${item.python},`).join(' ')})`,
    `kwargs={${kwargs.map(([key, item]) => `'${key}': ${item.python}`).join(', ')}}`,
    ...options.map(([, value, name]) => `${name}=${value === false ? 'False' : JSON.stringify(value)}`),
    ...(headers ? [`headers={'x-tenant': '${headers['x-tenant']}', 'number': ${headers.number}, 'nested': [1, None, {'a': True}]}`] : []),
    ...(expires ? ['expires=3600'] : []),
  ].join(', ');
  return {
    call: {
      name: 'wired.echo',
      args: args.map(item => item.value),
      kwargs: Object.fromEntries(kwargs.map(([key, item]) => [key, item.value])),
      ...Object.fromEntries(options.map(([name, value]) => [name, value])),
      ...(headers ? { headers } : {}),
      ...(expires ? { expires: Date.now() + 3_600_000 } : {}),
    },
    python,
  };
}

/** Ids, times and the sender's own name aside, which no two messages share. */
function comparable(text: string): PythonJson {
  const envelope = parseExactly(text) as Record<string, Record<string, PythonJson>>;
  const headers = envelope['headers']!;
  const properties = envelope['properties']!;
  for (const name of ['id', 'root_id', 'origin', 'eta', 'expires']) if (headers[name] !== null) headers[name] = '*';
  for (const name of ['correlation_id', 'reply_to', 'delivery_tag', 'expiration']) if (name in properties) properties[name] = '*';
  // The same text may be compressed in another way: what comes out is what counts.
  const body = Buffer.from(envelope['body'] as unknown as string, 'base64');
  envelope['body'] = parseExactly((headers['compression'] === undefined ? body : inflateSync(body)).toString()) as Record<string, PythonJson>;
  return envelope;
}

describe('wire: messages like those of apply_async', () => {
  for (const version of CELERY_VERSIONS) {
    describe(`Celery ${version}`, () => {
      let server: TestBroker;
      let broker: Broker;
      let results: Results;
      let worker: TestWorker | undefined;
      let redis: Redis;

      before(async () => {
        server = await startRedis('valkey');
        broker = await openBroker({ url: server.url, oid: 'differential' });
        results = await openResults({ url: server.url });
        redis = new Redis(server.port);
      });
      after(async () => {
        redis?.disconnect();
        await broker?.close();
        await results?.close();
        await worker?.stop();
        await server?.stop();
      });

      it(`${CALLS} random calls: equal in every field, and each runs`, async () => {
        const random = new Random(Number(version.replace('.', '')));
        const samples = Array.from({ length: CALLS }, () => randomCall(random, version));
        const code = `import datetime, decimal, uuid, wired\n${samples.map((sample, index) => `wired.echo.apply_async(queue='q${index}', ${sample.python})`).join('\n')}`;
        await runPython(version, code, { broker: server.url });
        const ids: string[] = [];
        for (const [index, sample] of samples.entries()) {
          const theirs = await redis.rpop(`q${index}`) ?? await redis.rpop(`q${index}\x06\x163`) ?? await redis.rpop(`q${index}\x06\x166`) ?? await redis.rpop(`q${index}\x06\x169`);
          assert.ok(theirs, `no message of ${sample.python}`);
          const list = (sample.call.priority ?? 0) < 3 ? `q${index}` : `q${index}\x06\x16${Math.floor((sample.call.priority ?? 0) / 3) * 3}`;
          // ignore_result left out is null here and the task's own setting there, which is false.
          const message = buildTask({ ignoreResult: false, ...sample.call }, { celery: version, kombu: KOMBU[version] });
          await broker.send(message, { queue: `q${index}` });
          const ours = await redis.rpop(list);
          assert.ok(ours, `not in ${list}`);
          assert.deepEqual(comparable(ours), comparable(theirs), sample.python);
          await redis.lpush('celery', ours.replaceAll(`"routing_key":"q${index}"`, '"routing_key":"celery"'));
          ids.push(message.id);
        }
        worker = await startWorker({ version, broker: server.url, pool: 'threads', concurrency: 8 });
        for (const id of ids) {
          // The app tracks STARTED too.
          const meta = await eventually(`result of ${id}`, async () => {
            const found = await results.get(id);
            return found?.status === 'STARTED' ? null : found;
          }, 30_000);
          assert.equal(meta.status, 'SUCCESS', JSON.stringify(meta.exception));
        }
      }).timeout(180_000);
    });
  }
});
