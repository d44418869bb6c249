/** By English text; the host puts them into the document. */
const translations = readTranslations();

/** A text for people, in their language; `{0}` is the first argument. As `vscode.l10n.t`, whose bundle it reads. */
export function t(message: string, ...values: readonly (string | number)[]): string {
  return (translations.get(message) ?? message).replace(/\{(\d+)\}/g, (whole, index: string) => {
    const value = values[Number(index)];
    return value === undefined ? whole : String(value);
  });
}

function readTranslations(): ReadonlyMap<string, string> {
  const text = document.getElementById('strings')?.textContent;
  const strings = text ? (JSON.parse(text) as Record<string, unknown>) : {};
  return new Map(Object.entries(strings).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
