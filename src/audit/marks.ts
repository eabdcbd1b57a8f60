/** What stands in a record of the audit in place of a request's id, where no request was made. No request may come with one of them. */

import { SEVERAL } from './access-audit.ts'

/** Of what a command of the administrator did. */
export const COMMAND_MARK = 'command'
/** Of what pruning did. */
export const PRUNE_MARK = 'prune'

const MARKS = [COMMAND_MARK, PRUNE_MARK, SEVERAL]

/** Whether an id is one of these, however it is written. */
export function isOwnMark(id: string): boolean {
  return MARKS.includes(id.toLowerCase())
}
