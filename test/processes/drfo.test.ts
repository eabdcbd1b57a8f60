// Rules: spec 8.5.1, 8.6.1, 8.16.1, 8.16.2
/** DRFO by commands over SOAP, killed during the run: everybody ends as the generator's files imply, and no claim is left. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadRegistries } from '../../simulator/registries/load.ts'
import { zvirka } from '../cli/zvirka.ts'
import { effort } from '../support/effort.ts'
import { type Ground, prepareGround } from './ground.ts'
import { readLines } from './implied.ts'

const PERSONS = effort(400, 15_000)
const PARTIES = effort(150, 5000)

const TODAY = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Kyiv' }).format(new Date())
const FIFTEEN_YEARS_AGO = `${Number(TODAY.slice(0, 4)) - 15}${TODAY.slice(4)}`

interface Line {
  readonly id: string
  readonly last_name: string
  readonly first_name: string
  readonly second_name: string | null
  readonly birth_date: string
  readonly tax_id: string | null
  readonly status?: string
  readonly is_active?: boolean
  readonly employees?: readonly { readonly status: string; readonly is_active: boolean }[]
}

interface Entry {
  readonly rnokpp: string
  readonly last_name: string
  readonly first_name: string
  readonly result?: number
}

let folder = ''
let ground: Ground
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zvirka-drfo-'))
  const size = ['--persons', String(PERSONS), '--parties', String(PARTIES)]
  expect(await zvirka(['generate', ...size, '--seed', '7', '--out', folder, '--quiet'])).toMatchObject({ code: 0 })
  const { registers } = await loadRegistries(folder)
  ground = await prepareGround({ registers })
  for (const people of ['persons', 'parties']) {
    const imported = await zvirka(['import', people, join(folder, `${people}.ndjson`), '--quiet'], ground.environment())
    expect(imported).toMatchObject({ code: 0 })
  }
})
afterAll(async () => {
  await ground?.close()
  await rm(folder, { recursive: true, force: true })
})

/** The final state of those with a tax id, by the files alone. */
async function implied(kind: 'person' | 'party'): Promise<Map<string, string>> {
  const register = new Map((await readLines<Entry>(folder, 'drfo.ndjson')).map((entry) => [entry.rnokpp, entry]))
  const people = await readLines<Line>(folder, kind === 'person' ? 'persons.ndjson' : 'parties.ndjson')
  return new Map(
    people.flatMap((each) => {
      const isChecked =
        kind === 'person'
          ? each.status === 'active' && each.is_active === true
          : each.employees?.some(({ status, is_active }) => status === 'APPROVED' && is_active)
      const entry = register.get(each.tax_id ?? '')
      if (!isChecked || entry === undefined) return []
      const isKnown = entry.last_name === each.last_name && entry.first_name === each.first_name
      const result = entry.result ?? (isKnown ? 0 : 3)
      // Those aged 14 at most need not be known.
      const isSpared = kind === 'person' && result !== 2 && each.birth_date > FIFTEEN_YEARS_AGO
      return [[each.id, `${result === 0 || isSpared ? 'VERIFIED' : 'NOT_VERIFIED'} AUTO ${result}`]]
    }),
  )
}

test('ends with every status as the files imply, although workers are killed during the run', async () => {
  await ground.simulator.setFaults({
    faults: [{ kind: 'latency', delay: { distribution: 'uniform', min_ms: 0, max_ms: 40 } }],
  })
  for (const kind of ['person', 'party'] as const) {
    const victim = ground.launch(['sync', 'drfo', kind, '--json', '--quiet'])
    await ground.untilCalls(ground.simulator.calls().length + 40)
    await victim.kill()
    const last = ground.launch(['sync', 'drfo', kind, '--json', '--quiet'])
    expect(await last.ended).toMatchObject({ code: 0 })
    const home = kind === 'person' ? 'mpi.person_drfo_checks' : 'prm.party_drfo_checks'
    const rows = await ground.db.database.query<{ id: string; outcome: string; is_active: boolean }>({
      text: `select subject_id as id, concat_ws(' ', status, reason, data_status) as outcome, is_subject_active as is_active from ${home}`,
    })
    const outcomes = new Map(rows.map(({ id, outcome }) => [id, outcome]))
    const expected = await implied(kind)
    expect(expected.size).toBeGreaterThan((kind === 'person' ? PERSONS : PARTIES) / 2)
    const wrong = [...expected].filter(([id, outcome]) => outcomes.get(id) !== outcome)
    expect(wrong.map(([id, outcome]) => [outcome, outcomes.get(id)])).toEqual([])
    // Nobody who is checked at all is left over.
    expect(rows.filter(({ is_active, outcome }) => is_active && outcome.startsWith('VERIFICATION_NEEDED'))).toEqual([])
  }
  expect(await ground.db.database.query({ text: 'select from zvirka.claims' })).toEqual([])
})

test('a sync of a disabled stream is a usage error, and names the setting', async () => {
  const environment = ground.environment({ TREMBITA_DRFO_SERVICE_SUBSYSTEM_CODE: '' })
  const ended = await zvirka(['sync', 'drfo', 'person'], environment)
  expect(ended.code).toBe(2)
  expect(ended.err).toContain('TREMBITA_DRFO_SERVICE_SUBSYSTEM_CODE')
})
