/** Hides the password of every URL in a text: `redis://:secret@host` becomes `redis://:***@host`. */
export function maskSecrets(text: string): string {
  return text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)([^\s:@/]*):([^\s@/]+)@/gi, '$1$2:***@');
}
