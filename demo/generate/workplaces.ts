import { hash } from 'node:crypto'
import type { Random } from './random.ts'

/** Where somebody works. */
export interface Workplace {
  readonly legal_entity_id: string
  readonly division_id: string
}

/** Parties that a legal entity has on the average. */
const staff = 40
const mostDivisions = 4

/** Draws workplaces among as many legal entities as so many parties need; a division is always of the same one. */
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

/** A UUID in the shape of version 4 that belongs to a name: nothing has to be remembered to give it out again. */
function idOf(name: string): string {
  const hex = hash('sha256', name)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
