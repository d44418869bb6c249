import * as vscode from 'vscode';
import type { Consent } from '../../shared/agentProtocol';
import { problem, ProblemError, type Problem } from '../../shared/problem';
import { t } from '../l10n';
import { asProblem } from '../problems';

interface Question {
  readonly message: string;
  readonly answers: readonly { readonly title: string; readonly consent: Consent }[];
}

/** What the user is asked for a problem that only the user can decide; null for all others. */
function questionFor(what: Problem, title: string): Question | null {
  switch (what.reason) {
    case 'consent-required':
      return { message: what.message, answers: [{ title: t('Install'), consent: { install: true } }] };
    case 'confirm-foreign':
      return { message: what.message, answers: [{ title: t('Use This Broker'), consent: { foreign: true } }] };
    case 'confirm-guess':
      return { message: what.message, answers: [{ title: t('Run {0}', title), consent: { guess: true } }] };
    case 'worker-busy':
      return { message: what.message, answers: [{ title: t('Wait'), consent: { busy: 'wait' } }, { title: t('Stop It'), consent: { busy: 'stop' } }] };
    default:
      return null;
  }
}

/**
 * Calls `attempt`, asks what must be asked, and calls it again with the answers. `title` names what is being done.
 * Rejects with the reason `cancelled` when the user says no, and with everything that needs no answer.
 */
export async function withConsent<T>(title: string, attempt: (consent: Consent) => Promise<T>): Promise<T> {
  let consent: Consent = {};
  for (;;) {
    try {
      return await attempt(consent);
    } catch (error) {
      const what = asProblem(error);
      const question = questionFor(what, title);
      if (!question) throw error;
      const answer = await vscode.window.showWarningMessage(question.message, { modal: true, ...(what.advice ? { detail: what.advice } : {}) }, ...question.answers.map(each => each.title));
      const chosen = question.answers.find(each => each.title === answer);
      if (!chosen) throw new ProblemError(problem('cancelled', t('Cancelled')));
      if (Object.keys(chosen.consent).every(key => key in consent)) throw error;
      consent = { ...consent, ...chosen.consent };
    }
  }
}
