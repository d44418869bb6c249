/** A release of Celery or kombu, as far as behaviour depends on it. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** The newest Celery that this product knows; assumed where a project does not say which one it uses. */
export const NEWEST_CELERY: Version = { major: 5, minor: 7, patch: 0 };
/** The newest kombu that this product knows. It is released apart from Celery: a plain install of Celery 5.6 brings kombu 5.7. */
export const NEWEST_KOMBU: Version = { major: 5, minor: 7, patch: 0 };

/** Reads `5.6.3`, `5.7`, `5.7.0rc1`, `v5.6`; null where the text does not start with a version. */
export function parseVersion(text: string): Version | null {
  const match = /^\s*v?(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?/.exec(text);
  if (!match) return null;
  return { major: Number(match[1]), minor: Number(match[2] ?? 0), patch: Number(match[3] ?? 0) };
}

/** Whether `version` is `major.minor.patch` or later. */
export function isAtLeast(version: Version, major: number, minor: number, patch = 0): boolean {
  if (version.major !== major) return version.major > major;
  if (version.minor !== minor) return version.minor > minor;
  return version.patch >= patch;
}

export function formatVersion(version: Version): string {
  return `${version.major}.${version.minor}.${version.patch}`;
}
