import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ruleOf, rules, unknownSelectors } from '../source/lint/registry';
import { UsageError, type Environment, type ExitCode } from './environment';
import { lintCommand } from './lint';
import { readPage } from './pages';
import { tasksCommand } from './tasks';

const usage = `Finds mistakes in code that uses Celery.

  celery-workbench lint [options] [paths]   Look at files and directories (default: here)
  celery-workbench tasks [--format json] [paths]   List the tasks that the source defines
  celery-workbench explain <rule>           Why a rule is there, and what to do
  celery-workbench rules                    List all rules

Options of lint:
  --format <human|json|sarif|github>   How to print (default: human)
  --select <rules>       Only these: codes, beginnings of codes or names, with commas between
  --ignore <rules>       Not these
  --preset <recommended|strict>
  --fix                  Apply the safe fixes, then print what is left
  --statistics           Count the findings by rule
  --stdin                Look at standard input; with --fix print it corrected
  --stdin-filename <path>   Which file that is

Settings are read from [tool.celery-workbench] in pyproject.toml. Exit code: 0 nothing found, 1 errors or warnings, 2 something could not be read, fixed or understood.
`;

export async function run(args: readonly string[], environment: Environment): Promise<ExitCode> {
  try {
    return await command(args, environment);
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))) throw error;
    environment.error(`celery-workbench: ${error.message}\nTry celery-workbench --help\n`);
    return 2;
  }
}

async function command([name, ...rest]: readonly string[], environment: Environment): Promise<ExitCode> {
  switch (name) {
    case 'lint': {
      const { values, positionals } = parseArgs({
        args: rest, allowPositionals: true,
        options: {
          format: { type: 'string', default: 'human' }, select: { type: 'string', multiple: true }, ignore: { type: 'string', multiple: true }, preset: { type: 'string' },
          fix: { type: 'boolean', default: false }, statistics: { type: 'boolean', default: false }, stdin: { type: 'boolean', default: false }, 'stdin-filename': { type: 'string' }, help: { type: 'boolean', short: 'h', default: false },
        },
      });
      if (values.help) return print(usage, environment);
      return lintCommand({ ...values, filename: values['stdin-filename'], paths: positionals, select: selectors(values.select), ignore: selectors(values.ignore) }, environment);
    }
    case 'tasks': {
      const { values, positionals } = parseArgs({ args: rest, allowPositionals: true, options: { format: { type: 'string', default: 'human' } } });
      return tasksCommand(values.format, positionals, environment);
    }
    case 'explain': return explain(rest, environment);
    case 'rules':
      return print(rules.map(({ code, name: rule, severity, summary }) => `${code} ${rule} (${severity})\n    ${summary}\n`).join(''), environment);
    case '--version': case '-V': {
      const { version } = JSON.parse(readFileSync(path.join(environment.assets, '../package.json'), 'utf8')) as { version: string };
      return print(`${version}\n`, environment);
    }
    case undefined: case 'help': case '--help': case '-h': return print(usage, environment);
    default: throw new UsageError(`there is no command ${name}`);
  }
}

function print(text: string, { out }: Environment): ExitCode {
  out(text);
  return 0;
}

/** `--select CEL1,CEL301 --select name` as one list; each must be a rule or the beginning of a code. */
function selectors(given: readonly string[] | undefined): string[] {
  const result = (given ?? []).flatMap(text => text.split(',')).map(text => text.trim()).filter(Boolean);
  for (const selector of unknownSelectors(result)) throw new UsageError(`there is no rule ${selector}`);
  return result;
}

function explain(selected: readonly string[], environment: Environment): ExitCode {
  if (!selected.length) throw new UsageError('explain needs a rule, as in explain CEL101');
  for (const selector of selected) {
    const rule = ruleOf(selector);
    if (!rule) throw new UsageError(`there is no rule ${selector}`);
    environment.out(readPage(rule.code, environment));
  }
  return 0;
}
