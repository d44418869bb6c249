#!/usr/bin/env node
import { emptied } from './progress';
import { run } from './run';

// Pipes that close early (`| head`) are no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));

// What is being written is written to its end: this comes between two steps.
process.once('SIGINT', () => {
  if (process.stderr.isTTY) process.stderr.write(emptied);
  process.exit(130);
});

run(process.argv.slice(2), {
  cwd: process.cwd(),
  out: text => process.stdout.write(text),
  error: text => process.stderr.write(text),
  input: async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  },
  color: process.stdout.isTTY && !process.env['NO_COLOR'],
  progressAfter: process.stderr.isTTY ? 1000 : null,
  assets: __dirname,
}).then(
  code => { process.exitCode = code; },
  (error: unknown) => {
    process.stderr.write(`celery-workbench: ${error instanceof Error ? error.stack ?? error.message : String(error)}\n`);
    process.exitCode = 2;
  },
);
