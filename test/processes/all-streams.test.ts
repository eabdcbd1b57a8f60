// Rules: spec 8.1.1, 8.1.2, 8.8.1
/** From an approval to VERIFIED: every stream is checked by its registry over SOAP, without manual steps. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyRegisters } from '../../simulator/registries/load.ts'
import { type Simulator, startSimulator } from '../../simulator/simulator.ts'
import { zvirka } from '../cli/zvirka.ts'
import { approved, eventsOf, type Ground, makeGround, rowOf } from '../employee-requests/approve-ground.ts'
import { importLines, person } from '../persons/persons.ts'
import { environmentOf } from './ground.ts'

const registers = emptyRegisters()
let ground: Ground
let simulator: Simulator
beforeAll(async () => {
  ground = await makeGround()
  simulator = await startSimulator({ registers })
})
afterAll(async () => {
  await simulator?.close()
  await ground?.close()
})

async function sync(...process: readonly string[]): Promise<Record<string, number>> {
  const environment = { ...environmentOf(ground.db.url, simulator.url), LOG_LEVEL: 'warn' }
  const ended = await zvirka(['sync', ...process, '--json', '--quiet'], environment)
  expect(ended, process.join(' ')).toMatchObject({ code: 0, err: '' })
  return JSON.parse(ended.out)
}

const statusOf = async (table: 'mpi.persons' | 'prm.parties', id: string) =>
  (await rowOf(ground.owner, table, id))?.['verification_status']

interface Known {
  readonly tax_id: string
  readonly last_name: string
  readonly first_name: string
  readonly second_name: string
  readonly birth_date: string
}

/** Adds a person to the tax register, and to DRACS an act of another person with the same birth date. */
function know({
  tax_id: rnokpp,
  last_name,
  first_name,
  second_name: middle_name,
  birth_date: date_birth,
}: Known): void {
  registers.drfo.add({ rnokpp, last_name, first_name, middle_name, date_birth })
  registers.deaths.add({ ar_op_name: '1', surname: 'Інший', name: 'Олег', patronymic: null, date_birth })
}

test('a party whose request is approved becomes VERIFIED when the four registries have answered', async () => {
  const { partyId, data } = await approved(ground)
  know(data['party'])
  for (const stream of ['mvs-passport', 'dms-passport', 'drfo', 'dracs-death']) {
    expect(await statusOf('prm.parties', partyId)).toBe('VERIFICATION_NEEDED')
    expect(await sync(stream, 'party')).toMatchObject({ verified: 1, not_verified: 0, to_review: 0 })
  }
  expect(await statusOf('prm.parties', partyId)).toBe('VERIFIED')
  const told = await eventsOf(ground.owner, partyId)
  expect(told.map(({ properties }) => properties)).toEqual([{ verification_status: { new_value: 'VERIFIED' } }])
})

test('a person verified by the NHS becomes VERIFIED when the five registries have answered', async () => {
  const names = { last_name: 'Бондар', first_name: 'Марія', second_name: 'Іванівна', birth_date: '1985-05-17' }
  const somebody = { ...names, tax_id: '3118400001', unzr: '19850517-00001' }
  const record = person({
    ...somebody,
    documents: [{ type: 'NATIONAL_ID', number: '123456789', issued_at: '2020-01-02' }],
    verification: { nhs: { status: 'VERIFIED', reason: 'MANUAL' } },
  })
  know(somebody)
  registers.unzr.add({
    ...{ unzr: somebody.unzr, family_name: names.last_name, given_name: names.first_name },
    ...{ patronymic_name: names.second_name, date_birth: names.birth_date },
  })
  await importLines(ground.owner, [record])
  for (const stream of ['unzr', 'mvs-passport', 'dms-passport', 'drfo', 'dracs-death']) {
    expect(await statusOf('mpi.persons', record.id)).toBe('VERIFICATION_NEEDED')
    expect(await sync(stream, 'person')).toMatchObject({ verified: 1 })
  }
  expect(await statusOf('mpi.persons', record.id)).toBe('VERIFIED')
})

test('a sync of a disabled stream is a usage error, and names the setting', async () => {
  const environment = environmentOf(ground.db.url, simulator.url)
  const ended = await zvirka(['sync', 'dracs-death', 'person'], {
    ...environment,
    TREMBITA_DRACS_SERVICE_SUBSYSTEM_CODE: '',
  })
  expect(ended.code).toBe(2)
  expect(ended.err).toContain('TREMBITA_DRACS_SERVICE_SUBSYSTEM_CODE')
})
