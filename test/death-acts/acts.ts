import { ACT_INSTANTS, ACT_TEXTS, type DeathAct } from '../../src/verification/death-act.ts'

let number = 0

/** An act of death with only these fields; live unless they say otherwise. */
export function act(fields: Partial<DeathAct> = {}): DeathAct {
  const empty = Object.fromEntries([...ACT_TEXTS, ...ACT_INSTANTS].map((name) => [name, null])) as Omit<
    DeathAct,
    'key' | 'is_restore' | 'doc_seizes'
  >
  number += 1
  return { ...empty, key: `test-${number}`, ar_op_name: '1', is_restore: null, doc_seizes: [], ...fields }
}
