import type { Random } from '../../harness/random';

/** A parameter list that Python takes, without parameters that can only be given by position: Celery's check does not know those. */
export function parametersText(random: Random): string {
  const names = ['a', 'b', 'c', 'd', 'e'].slice(0, random.below(5));
  const parts: string[] = [];
  let defaults = false;
  const positional = random.below(names.length + 1);
  names.slice(0, positional).forEach(name => {
    defaults ||= random.below(4) === 0;
    parts.push(defaults ? `${name}=0` : name);
  });
  const star = random.below(3);
  const keywordOnly = names.slice(positional);
  if (star === 0) parts.push('*rest');
  else if (keywordOnly.length) parts.push('*');
  for (const name of keywordOnly) parts.push(random.below(2) ? `${name}=0` : name);
  if (random.below(4) === 0) parts.push('**more');
  return parts.join(', ');
}

/** @param most by position. */
export function argumentsText(random: Random, most = 4): string {
  const args = Array.from({ length: random.below(most + 1) }, (_, index) => String(index));
  const keywords = ['a', 'b', 'c', 'd', 'e', 'z'].filter(() => random.below(4) === 0).map(name => `${name}=1`);
  return [...args, ...keywords].join(', ');
}
