import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** One broker with one Celery: what the worker itself says it is, and what was shown on it. */
interface CellReport {
  readonly broker: string;
  readonly celery: string;
  /** As the worker reported them. */
  versions: Readonly<Record<string, string>>;
  readonly passed: string[];
  readonly failed: string[];
  /** What this version cannot show, with the reason. Nothing is left out for any other cause. */
  readonly cannot: Record<string, string>;
}

const FILE = path.join(process.env.REPOSITORY!, 'test-results/matrix.json');
const cells: CellReport[] = [];

/** A cell of the version matrix. Its checks are tests of mocha, and are counted in `test-results/matrix.json`. */
export class Cell {
  private readonly report: CellReport;
  private readonly checks: string[] = [];
  /** Runs after each check, passed or not: what a failed one has left must not fail the others. */
  tidy: () => Promise<void> = () => Promise.resolve();

  constructor(broker: string, celery: string) {
    this.report = { broker, celery, versions: {}, passed: [], failed: [], cannot: {} };
    cells.push(this.report);
    after(() => this.write());
  }

  ran(versions: Readonly<Record<string, string>>): void {
    this.report.versions = versions;
  }

  /** @param name begins with the number in the list of compatibility tests, where it is there. */
  check(name: string, test: () => Promise<void>): void {
    const { passed, failed } = this.report;
    this.checks.push(name);
    const tidy = (): Promise<void> => this.tidy();
    it(name, async function () {
      this.timeout(90_000);
      try {
        await test();
        passed.push(name);
        // It may have failed at a first try.
        if (failed.includes(name)) failed.splice(failed.indexOf(name), 1);
      } catch (error) {
        if (!failed.includes(name)) failed.push(name);
        throw error;
      } finally {
        await tidy();
      }
    });
  }

  cannot(name: string, reason: string): void {
    this.report.cannot[name] = reason;
  }

  /** To be called when all checks are named. Throws where one of the numbers is neither shown nor said to be impossible. */
  complete(numbers: number): void {
    const told = new Set([...this.checks, ...Object.keys(this.report.cannot)].flatMap(name => (/^\d+\w?(?: and \d+)*/.exec(name)?.[0] ?? '').split(' and ').map(number => parseInt(number, 10))));
    const missing = Array.from({ length: numbers }, (_, index) => index + 1).filter(number => !told.has(number));
    if (missing.length > 0) throw new Error(`${this.report.broker} with Celery ${this.report.celery}: nothing is said of ${missing.join(', ')}`);
  }

  private write(): void {
    mkdirSync(path.dirname(FILE), { recursive: true });
    writeFileSync(FILE, `${JSON.stringify({ cells: cells.filter(cell => cell.passed.length + cell.failed.length > 0) }, null, 2)}\n`);
  }
}

