import { quote } from '../syntax/strings';

/** A value for a parameter, as Python text. `known` is false where it is only a guess. */
export interface Guess {
  readonly text: string;
  readonly known: boolean;
}

/** Words in a parameter's name, and what people pass there. The first that fits wins. */
const byName: readonly (readonly [RegExp, string])[] = [
  [/^(?:.*_)?e?mails?_?(?:address(?:es)?)?$|^recipients?$|^to$|^sender$/, '"user@example.com"'],
  [/^(?:.*_)?(?:urls?|uri|href|link|webhook|endpoint)$/, '"https://example.com"'],
  [/^(?:.*_)?(?:uuid|guid)$/, '"00000000-0000-4000-8000-000000000001"'],
  [/^(?:.*_)?(?:ids|pks)$/, '[1]'],
  [/^(?:.*_)?(?:id|pk)$/, '1'],
  [/^(?:is|has|should|with|use|allow|enable|force|dry)_|^(?:dry_run|force|debug|verbose|enabled|active|silent)$/, 'False'],
  [/^(?:.*_)?(?:date|day)$|^(?:.*_)?on$/, '"2025-01-01"'],
  [/^(?:.*_)?(?:datetime|timestamp|at|when|since|until|start|end)$/, '"2025-01-01T12:00:00"'],
  [/^(?:.*_)?(?:path|file|filename|file_name|filepath)$/, '"example.txt"'],
  [/^(?:.*_)?(?:amount|price|total|rate|ratio|score|weight|percent|percentage|latitude|longitude|lat|lng|lon)$/, '1.5'],
  [/^(?:.*_)?(?:seconds|minutes|hours|days|delay|timeout|duration|interval|ttl)$/, '1'],
  [/^(?:.*_)?(?:count|n|number|num|limit|size|offset|page|index|quantity|year|month|x|y|z|a|b|i|j|k|m|version|attempts?|retries|batch|length|width|height)$/, '1'],
  [/^(?:first_|last_|full_|user_?)?name$|^username$/, '"Alice"'],
  [/^(?:.*_)?phone(?:_number)?$/, '"+12025550100"'],
  [/^(?:.*_)?(?:language|lang|locale)$/, '"en"'],
  [/^(?:.*_)?currency$/, '"EUR"'],
  [/^(?:.*_)?(?:country)$/, '"FR"'],
  [/^(?:.*_)?(?:subject|title)$/, '"Hello"'],
  [/^(?:.*_)?(?:message|text|body|content|comment|description|note)$/, '"Hello"'],
  [/^(?:.*_)?(?:numbers|values|xs|ys|nums)$/, '[1, 2, 3]'],
  [/^(?:.*_)?(?:items|list|rows|records|args|results|names|tags|keys|objects|entries|chunks?)$/, '[]'],
  [/^(?:.*_)?(?:data|payload|params|options|config|settings|context|kwargs|metadata|meta|dict|mapping|headers|event|attrs|attributes|fields|info)$/, '{}'],
];

/** A natural value by the name alone; the name itself as text where nothing fits. */
export function guessByName(name: string): string {
  const plain = name.replace(/^_+/, '').toLowerCase();
  for (const [pattern, text] of byName) if (pattern.test(plain)) return text;
  return quote(plain.replaceAll('_', ' ') || 'value');
}
