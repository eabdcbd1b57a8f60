import { hash } from 'node:crypto'
import type { Random } from './random.ts'

/** Where somebody works. */
export interface Workplace {
  readonly legal_entity_id: string
  readonly division_id: string
}

/** Average number of parties in a legal entity. */
const staff = 40
const mostDivisions = 4

/** Draws workplaces among as many legal entities as this many parties need; a division always belongs to the same one. */
export function createWorkplaces(seed: number, parties: number): (random: Random) => Workplace {
  const legalEntities = Math.max(2, Math.round(parties / staff))
  return (random) => {
    const legalEntity = random.int(legalEntities)
    const division = random.int(1 + (legalEntity % mostDivisions))
    return {
      legal_entity_id: idOf(`${seed} legal entity ${legalEntity}`),
      division_id: idOf(`${seed} division ${legalEntity} ${division}`),
    }
  }
}

/** A UUID in the format of version 4, derived from a name, so that nothing needs to be remembered. */
function idOf(name: string): string {
  const hex = hash('sha256', name)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
