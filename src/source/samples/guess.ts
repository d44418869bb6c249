import { quote } from '../syntax/strings';

/** Words in a parameter's name, and what people pass there. The first that fits wins. */
const byName: readonly (readonly [RegExp, string])[] = [
  [/^(?:.*_)?(?:recipients|emails|to_emails|addresses)$/, '["ada@example.com"]'],
  [/^(?:.*_)?e?mail(?:_?address)?$|^(?:recipient|to|sender|from_email|to_email)$/, '"ada@example.com"'],
  [/^(?:.*_)?(?:urls|links)$/, '["https://example.com"]'],
  [/^(?:.*_)?(?:url|uri|href|link|webhook|endpoint)$/, '"https://example.com"'],
  [/^(?:.*_)?(?:uuids|guids)$/, '["00000000-0000-4000-8000-000000000001"]'],
  [/^(?:.*_)?(?:uuid|guid)$/, '"00000000-0000-4000-8000-000000000001"'],
  [/^(?:.*_)?(?:ids|pks)$/, '[1, 2]'],
  [/^(?:.*_)?(?:id|pk)$/, '1'],
  [/^(?:is|has|should|with|use|allow|enable|force|dry)_|^(?:dry_run|force|debug|verbose|enabled|active|silent)$/, 'False'],
  [/^(?:.*_)?(?:date|day)$/, '"2025-01-31"'],
  [/^(?:.*_)?(?:datetime|timestamp|at|when|since|until)$/, '"2025-01-31T12:00:00"'],
  [/^(?:.*_)?(?:paths|files|filenames)$/, '["example.txt"]'],
  [/^(?:.*_)?(?:path|file|filename|file_name|filepath)$/, '"example.txt"'],
  [/^(?:.*_)?(?:amount|price|total|rate|ratio|score|weight|percent|percentage|latitude|longitude|lat|lng|lon|balance|cost)$/, '9.9'],
  [/^(?:.*_)?(?:seconds|minutes|hours|days|weeks|delay|timeout|duration|interval|ttl|age)$/, '10'],
  [/^(?:.*_)?(?:numbers|values|xs|ys|nums|scores|amounts|totals)$/, '[1, 2, 3]'],
  [/^(?:.*_)?(?:year)$/, '2025'],
  [/^(?:.*_)?(?:month|attempts?|retries|page|version|index|offset)$/, '1'],
  [/^(?:.*_)?(?:count|number|num|limit|size|quantity|batch|length|width|height|max|min|pages|steps|times)$/, '10'],
  [/^(?:[a-eijkmnpqxyz]|lhs|rhs|left|right|base|exponent|value[12]|num[12])$/, 'NUMBER'],
  [/^(?:.*_)?(?:first_name|last_name|full_name|user_?name|username)$|^(?:(?:customer|author|owner|person|client|member)_)?name$/, '"Ada"'],
  [/^(?:.*_)?phone(?:_number)?$/, '"+12025550100"'],
  [/^(?:.*_)?(?:language|lang|locale)$/, '"en"'],
  [/^(?:.*_)?currency$/, '"EUR"'],
  [/^(?:.*_)?country(?:_code)?$/, '"FR"'],
  [/^(?:.*_)?(?:subject|title|message|text|body|content|comment|description|note|msg)$/, '"Hello"'],
  [/^(?:.*_)?(?:items|list|rows|records|args|results|names|tags|keys|objects|entries|chunks?|events|messages|lines|words|users|orders)$/, '[]'],
  [/^(?:.*_)?(?:data|payload|params|options|config|settings|context|kwargs|metadata|meta|dict|mapping|headers|event|attrs|attributes|fields|info|body|request|filters?)$/, '{}'],
];

/** A natural value by the name alone; the name itself as text where nothing fits. `number` is what a plain number gets. */
export function guessByName(name: string, number: number): string {
  const plain = name.replace(/^_+/, '').toLowerCase();
  for (const [pattern, text] of byName) if (pattern.test(plain)) return text === 'NUMBER' ? String(number) : text;
  return quote(plain.replaceAll('_', ' ') || 'value');
}
