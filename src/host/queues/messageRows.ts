import type { WaitingMessage } from '../../shared/waiting';
import { t } from '../l10n';
import { moment } from '../schedules/rows';

/** A waiting message as a row of a list. `now`: epoch ms. */
export function messageRow(message: WaitingMessage, now: number): { readonly label: string; readonly description: string; readonly detail: string } {
  const { id, name, call, eta, expires, retries, fromBeat, fault } = message;
  const said = [
    ...(fault === null ? [] : [fault]),
    ...(eta === null ? [] : [t('not before {0}', moment(eta, now))]),
    ...(expires === null ? [] : [expires <= now ? t('expired') : t('expires {0}', moment(expires, now))]),
    ...(retries > 0 ? [t('attempt {0}', retries + 1)] : []),
    ...(fromBeat ? [t('sent by Beat')] : []),
    ...(id === null ? [] : [id]),
  ];
  return { label: `${fault === null ? '' : '$(warning) '}${call ?? t('Unknown message')}`, description: name ?? '', detail: said.join(' · ') };
}
