import { CompletionItemKind, MarkupKind, type CompletionItem } from 'vscode-languageserver/node';
import { signatureText, summaryOf } from './cards';
import { literalRange } from './names';
import type { Place } from './place';

/** The names of all tasks, in a text that stands where a task is meant by its name. */
export function completeNames({ linked, file, offset }: Place): CompletionItem[] | null {
  const found = linked.taskNames.at(file, offset);
  if (!found?.literal || found.use.kind === 'definition') return null;
  const range = literalRange(found.literal);
  const tasks = new Map(linked.registry.tasks.flatMap(task => task.name === null ? [] : [[task.name, task] as const]));
  return [...tasks].map(([label, task]) => {
    const summary = summaryOf(task);
    return {
      label, kind: CompletionItemKind.Function, detail: signatureText(task), textEdit: { range, newText: label },
      ...(summary === null ? {} : { documentation: { kind: MarkupKind.Markdown, value: summary } }),
    };
  });
}
