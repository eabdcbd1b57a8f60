const IDENTIFIER = /^[A-Za-z_][\w.-]{0,59}$/

/** A field name that may be repeated. Text that does not look like a field name could be personal data. */
export function shownName(name: string): string {
  return IDENTIFIER.test(name) ? name : 'a field'
}
