/** How long the agent outlives its last window: a reload takes a few seconds, a closed editor does not come back. */
export const LEASE_MS = 15_000;

/** Calls `expired` once nobody has held the lease for {@link LEASE_MS}. */
export class Lease {
  private holders = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly expired: () => void) {
    this.arm();
  }

  hold(): void {
    this.holders++;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  release(): void {
    this.holders--;
    if (this.holders === 0) this.arm();
  }

  private arm(): void {
    this.timer = setTimeout(this.expired, LEASE_MS);
  }
}
