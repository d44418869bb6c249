const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A time zone by its IANA name, answering from `Intl`. Wall-clock times are carried as epoch ms of the same reading in UTC. */
export class Zone {
  private readonly format: Intl.DateTimeFormat;

  /** Throws RangeError for a name that `Intl` does not know. */
  constructor(readonly name: string) {
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone: name, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23', era: 'short',
      year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    });
  }

  /** Milliseconds that the zone is ahead of UTC at an instant. */
  offsetAt(instant: number): number {
    const parts: Record<string, string> = {};
    for (const { type, value } of this.format.formatToParts(instant)) parts[type] = value;
    const number = (type: string): number => Number(parts[type]);
    const wall = Date.UTC(number('year'), number('month') - 1, number('day'), number('hour'), number('minute'), number('second'));
    return wall - Math.floor(instant / 1000) * 1000;
  }

  /** What a clock on the wall shows at an instant. */
  wallAt(instant: number): number {
    return instant + this.offsetAt(instant);
  }

  /** The instants at which the clock shows `wall`, earliest first: one, two where it is set back, none in a gap. */
  instantsOf(wall: number): number[] {
    const offsets = new Set([this.offsetAt(wall - DAY), this.offsetAt(wall + DAY)]);
    return [...offsets].map(offset => wall - offset).filter(instant => this.wallAt(instant) === wall).sort((a, b) => a - b);
  }

  /** For a time that the clock leaps over: the instant of the leap, and the instant the clock would have shown it without the leap. */
  gapAt(wall: number): { readonly leap: number; readonly shifted: number } {
    const before = this.offsetAt(wall - DAY);
    const shifted = wall - before;
    let early = wall - DAY - before;
    let late = shifted;
    while (late - early > 1000) {
      const middle = Math.floor((early + late) / 2000) * 1000;
      if (this.offsetAt(middle) === before) early = middle;
      else late = middle;
    }
    return { leap: late, shifted };
  }
}

const zones = new Map<string, Zone | null>();

/** Null for a name that is no time zone here. */
export function zoneOf(name: string): Zone | null {
  let zone = zones.get(name);
  if (zone === undefined) {
    try {
      zone = new Zone(name);
    } catch {
      zone = null;
    }
    if (zones.size < 1_000) zones.set(name, zone);
  }
  return zone;
}
