import type { CompletionItem, TextDocumentPositionParams } from 'vscode-languageserver/node';
import type { Project } from '../source/project/project';
import { completeNames } from './completeNames';
import { completeOptions } from './completeOptions';
import { completeSettingAttribute, completeSettings } from './completeSettings';
import { placeOf, soundPlaceOf } from './place';

/** What can be offered where only Celery's own words fit: names of tasks in texts, options, settings. */
export function completion(project: Project, params: TextDocumentPositionParams): CompletionItem[] | null {
  const sound = soundPlaceOf(project, params);
  const found = sound && (completeNames(sound) ?? completeOptions(sound) ?? completeSettings(sound));
  if (found) return found;
  // A dot without a name after it is a mistake to the parser.
  const place = placeOf(project, params);
  return place && completeSettingAttribute(place);
}
