import { brokerAddress, onThisMachine, type BrokerProbe } from '../live/process/probe';
import { maskSecrets } from '../shared/redact';

/**
 * Which broker "local" means for an app.
 * - `existing`: the app's own, on this machine, answering; others may use it too.
 * - `at-address`: nothing answers there; we start one at that very address, so that the user's own processes reach it too.
 * - `sandbox`: a private one on a free loopback port; `why` tells the user.
 */
export type BrokerChoice =
  | { readonly mode: 'existing'; readonly url: string; readonly label: string }
  | { readonly mode: 'at-address'; readonly url: string }
  | { readonly mode: 'sandbox'; readonly why: string };

/** The URLs that the app would use, unmasked. */
export interface AppUrls {
  readonly read: string;
  readonly write: string;
}

/** `probe` is asked for addresses of this machine only. */
export async function chooseBroker({ read, write }: AppUrls, probe: (url: string) => Promise<BrokerProbe>): Promise<BrokerChoice> {
  const sandbox = (reason: string): BrokerChoice => ({ mode: 'sandbox', why: `${reason} (${maskSecrets(write)})` });
  if (read !== write) return sandbox('the app reads from one broker and writes to another');
  const address = brokerAddress(write);
  if (!address) return sandbox('the app\'s broker is of a kind that cannot be started here');
  if (!onThisMachine(address)) return sandbox('the app\'s broker is not on this machine');
  const found = await probe(write);
  if (found.state === 'usable') return { mode: 'existing', url: write, label: [found.server, found.version].filter(Boolean).join(' ') };
  if (found.state === 'unusable') return sandbox(`the app's broker cannot be used: ${found.why}`);
  if (address.kind !== 'redis' || address.tls || address.socket !== null) return sandbox('nothing answers at the app\'s broker URL, and only a plain Redis can be started there');
  return { mode: 'at-address', url: write };
}
