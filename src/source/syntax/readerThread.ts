import { parentPort, workerData } from 'node:worker_threads';
import { PythonParser } from './parser';
import { pack } from './reading';

// Another thread of the server or the command line, see readAhead.ts: gets texts, and answers each with its reading.
void PythonParser.load(workerData as string).then(parser => parentPort?.on('message', (text: string) => {
  const reading = pack(parser.read(text));
  parentPort?.postMessage(reading, [reading.buffer]);
}));
