import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Prints a figure, and keeps it as a line of `test-results/bench.jsonl`. Never fails: machines differ, ratios are asserted where there is a peer. */
export function report(what: string, unit: string, value: number, beside: Readonly<Record<string, number>> = {}): void {
  const file = path.join(process.env.REPOSITORY!, 'test-results', 'bench.jsonl');
  mkdirSync(path.dirname(file), { recursive: true });
  appendFileSync(file, `${JSON.stringify({ what, unit, value, ...beside })}\n`);
  const rest = Object.entries(beside).map(([name, number]) => `${name} ${round(number)}`).join(', ');
  console.log(`      ${what}: ${round(value)} ${unit}${rest && ` (${rest})`}`);
}

function round(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
