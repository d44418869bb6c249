import * as vscode from 'vscode';
import type { Consent } from '../../shared/agentProtocol';
import { problem, ProblemError, type Problem } from '../../shared/problem';
import { t } from '../l10n';
import { asProblem } from '../problems';
import type { Confirmations } from './confirmations';

/** What the user may answer: a consent, or `edit`: not this call, another one. */
type Answer = { readonly title: string } & ({ readonly consent: Consent } | { readonly edit: true });

/** Thrown when the user wants to change the call instead of sending it as it is. */
export class EditCall extends Error {}

/** What the user is asked for a problem that only the user can decide; null for all others. */
function answersFor(what: Problem, title: string): readonly Answer[] | null {
  switch (what.reason) {
    case 'consent-required':
      return [{ title: t('Install'), consent: { install: true } }];
    case 'confirm-foreign':
      return [{ title: t('Use This Broker'), consent: { foreign: true } }];
    case 'confirm-guess':
      return [{ title: t('Run {0}', title), consent: { guess: true } }, { title: t('Edit the Call'), edit: true }];
    case 'worker-busy':
      return [{ title: t('Wait'), consent: { busy: 'wait' } }, { title: t('Stop It'), consent: { busy: 'stop' } }];
    default:
      return null;
  }
}

export interface Conversation {
  readonly confirmations: Confirmations;
  /** Called around each question, so that nothing else is asked or told meanwhile. */
  readonly asking?: (open: boolean) => void;
}

/**
 * Calls `attempt`, asks what must be asked, and calls it again with the answers. `title` names what is being done.
 * Rejects with the reason `cancelled` when the user says no, with {@link EditCall}, and with everything that needs no answer.
 */
export async function withConsent<T>(title: string, attempt: (consent: Consent) => Promise<T>, { confirmations, asking }: Conversation): Promise<T> {
  let consent: Consent = {};
  for (;;) {
    try {
      return await attempt(consent);
    } catch (error) {
      const what = asProblem(error);
      const answers = answersFor(what, title);
      if (!answers) throw error;
      // The message names the broker and those who use it: with others, it is another question.
      const known = what.reason === 'confirm-foreign' && !consent.foreign && confirmations.has('foreign', what.message);
      if (!known) asking?.(true);
      const chosen = known ? answers[0] : await ask(what, answers).finally(() => asking?.(false));
      if (!chosen) throw new ProblemError(problem('cancelled', t('Cancelled')));
      if ('edit' in chosen) throw new EditCall();
      // Asked the same again although it was answered: the answer did not help.
      if (Object.entries(chosen.consent).every(([key, value]) => consent[key as keyof Consent] === value)) throw error;
      if (chosen.consent.foreign) await confirmations.add('foreign', what.message);
      consent = { ...consent, ...chosen.consent };
    }
  }
}

async function ask({ message, advice }: Problem, answers: readonly Answer[]): Promise<Answer | undefined> {
  const title = await vscode.window.showWarningMessage(message, { modal: true, ...(advice ? { detail: advice } : {}) }, ...answers.map(answer => answer.title));
  return answers.find(answer => answer.title === title);
}
