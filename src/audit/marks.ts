/** Marks in audit records instead of a request id, if there was no request. No request may use them. */

import { SEVERAL } from './access-audit.ts'

/** For an administrator's command. */
export const COMMAND_MARK = 'command'
/** For pruning. */
export const PRUNE_MARK = 'prune'

const MARKS = [COMMAND_MARK, PRUNE_MARK, SEVERAL]

/** Whether an id is one of these, in any spelling. */
export function isOwnMark(id: string): boolean {
  return MARKS.includes(id.toLowerCase())
}
