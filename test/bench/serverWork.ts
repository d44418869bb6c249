// What the language server does with a project, in a process that has done nothing yet: `node serverWork.js <folder>` prints a ServerWork.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { defaultOptions, LintPolicy } from '../../src/source/lint/config';
import { Linter } from '../../src/source/lint/engine';
import { Project } from '../../src/source/project/project';
import { PythonParser } from '../../src/source/syntax/parser';
import { median } from './report';

/** `cold` and `warm` in seconds, keystrokes in milliseconds. */
export interface ServerWork {
  readonly cold: number;
  readonly warm: number;
  readonly files: number;
  readonly key: number;
  readonly slowestKey: number;
  /** Of the file that is typed in. */
  readonly lines: number;
}

const KEYS = 60;

async function measure(folder: string): Promise<ServerWork> {
  const parser = await PythonParser.load(path.join(process.env.REPOSITORY!, 'dist'));
  const policy = new LintPolicy({ options: defaultOptions, directory: folder, mistakes: [] });
  const project = new Project(parser);
  const read = async (): Promise<number> => {
    const began = performance.now();
    await project.open([folder]);
    const { linked } = project;
    const linter = new Linter(linked, policy);
    for (const file of linked.files) linter.lint(file);
    return (performance.now() - began) / 1000;
  };
  const cold = await read();
  const warm = median([await read(), await read(), await read()]);

  const file = path.join(folder, 'shop_0/tasks.py');
  const text = ofThousandLines(readFileSync(file, 'utf8'));
  project.openDocument(file, pathToFileURL(file).href, text);
  const lint = (): number => new Linter(project.linked, policy).lint(project.file(file)!).length;
  lint();
  const at = text.indexOf('    return order_id', text.length / 2);
  const costs = Array.from({ length: KEYS }, (_nothing, index) => {
    const began = performance.now();
    project.changeDocument(file, [{ start: at + index, end: at + index, text: index === 0 ? '#' : 'x' }]);
    lint();
    project.document(file);
    return performance.now() - began;
  });
  return { cold, warm, files: project.linked.files.length, key: median(costs), slowestKey: Math.max(...costs), lines: text.split('\n').length };
}

/** The module with its tasks again under other names, until it has so many lines. */
function ofThousandLines(module: string): string {
  const [head, ...tasks] = module.split('@shared_task');
  const all = [head!, ...tasks];
  for (let number = 0; all.join('@shared_task').split('\n').length < 1000; number++) all.push(tasks[number % tasks.length]!.replace(/def clean_\d+/, `def more_${number}`));
  return all.join('@shared_task');
}

void measure(process.argv[2]!).then(work => process.stdout.write(JSON.stringify(work)));
