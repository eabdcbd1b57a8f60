const IDENTIFIER = /^[A-Za-z_][\w.-]{0,59}$/

/** A name as it may be told. What looks like no name of a field could be somebody's data. */
export function shownName(name: string): string {
  return IDENTIFIER.test(name) ? name : 'a field'
}
