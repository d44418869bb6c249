type Translate = (message: string, ...args: (string | number | boolean)[]) => string;

const english: Translate = (message, ...args) => message.replace(/\{(\d+)\}/g, (whole, index: string) => String(args[Number(index)] ?? whole));
let translate: Translate = english;

/** Translates a text that users see; `{0}` stands for the first argument. English until {@link useTranslations} was called. */
export const t: Translate = (message, ...args) => translate(message, ...args);

/** Called once at activation with `vscode.l10n.t`; code that is tested outside VS Code needs no `vscode` this way. */
export function useTranslations(implementation: Translate): void {
  translate = implementation;
}
