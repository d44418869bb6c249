/** Pairs by which tasks tell how far they are: done and all. */
const PAIRS: readonly (readonly [string, string])[] = [['current', 'total'], ['done', 'total'], ['step', 'total'], ['step', 'steps'], ['i', 'n'], ['completed', 'total'], ['processed', 'total']];
const PERCENTS = ['percent', 'percentage', 'pct'];

/** How far a task is, 0 to 1, from the meta of a custom state or the fields of a custom event; null where the shape says nothing to us. */
export function progressOf(fields: Readonly<Record<string, unknown>>): number | null {
  for (const [done, all] of PAIRS) {
    const share = numberOf(fields[done]) / numberOf(fields[all]);
    if (Number.isFinite(share)) return clamp(share);
  }
  for (const key of PERCENTS) {
    const percent = numberOf(fields[key]);
    if (!Number.isNaN(percent)) return clamp(percent / 100);
  }
  const progress = numberOf(fields['progress']);
  if (Number.isNaN(progress)) return null;
  return clamp(progress > 1 ? progress / 100 : progress);
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  const inner = (value as { value?: unknown } | null | undefined)?.value;
  return typeof inner === 'number' ? inner : NaN;
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
