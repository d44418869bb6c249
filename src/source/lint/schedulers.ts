import { choosesScheduler } from '../../celery/commandLine';
import type { CommandFiles } from '../project/commandFiles';
import type { Linked } from '../project/linked';
import { once } from './context';
import { mentions } from './usage';

/** Packages that bring a scheduler. */
const packages = /\b(?:django_celery_beat|redbeat|sqlalchemy_celery_beat|djcelery|celerybeatmongo)\b/;
/** Command lines that are written in Python. */
const inPython = /["'\s]--scheduler(?:["'\s=]|$)|(["'])-S\1/;

/** Whether the project has another scheduler than Celery's own: in its settings, by a package that brings one, or where it starts Beat. */
export function usesOtherScheduler(linked: Linked): boolean {
  return linked.settings.all.some(({ key }) => key === 'beat_scheduler') || mentions(linked, packages) || mentions(linked, inPython) || isChosenIn(linked.project.commandFiles);
}

const isChosenIn = once(({ files }: CommandFiles): boolean => files.some(({ text }) => choosesScheduler(text)));
