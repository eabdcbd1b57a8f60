// Rules: spec 8.5.4, 8.8.1, 8.8.2, 8.10.3, 8.11.2, 8.11.3, 8.12.1 to 8.12.3
/**
 * Deaths in the engine: compared with a model; answers and their effects on candidates and streams; and deactivation, which needs a
 * decision.
 */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { updateDracsDeath } from '../../src/decisions/dracs-death.ts'
import { sendAgain } from '../../src/decisions/send-again.ts'
import { confirmErasure, requestErasure } from '../../src/erasure/erasure.ts'
import type { RegistryAnswer } from '../../src/synchronization/ask.ts'
import { isToAsk } from '../../src/synchronization/claimed.ts'
import { findProcess } from '../../src/synchronization/process.ts'
import { recheck } from '../../src/synchronization/recheck.ts'
import { sweep } from '../../src/synchronization/sweep.ts'
import type { DeathAct } from '../../src/verification/death-act.ts'
import type { OwnStream, SubjectKind } from '../../src/verification/status.ts'
import type { DracsDeathAnswer, DracsDeathQuestion } from '../../src/verification/streams/dracs-death.ts'
import { triggerStreams } from '../../src/verification-store/trigger.ts'
import { act } from '../death-acts/acts.ts'
import { fates } from '../death-acts/candidates.ts'
import { OLENA, PETRO, REASON } from '../erasure/ground.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { effort } from '../support/effort.ts'
import { answeredWith, failed, handWorker } from './by-hand.ts'
import { lockSubject } from './changes.ts'
import { startRun } from './cluster.ts'
import { DeathModel, type ModelAct, type Somebody } from './dracs-death-model.ts'
import { addSubjects, type TestDocument, USER } from './people.ts'
import { emptyTables, ownerOf } from './reset.ts'
import { TABLES } from './table-names.ts'

const TERMS = { full: 0.9, partial: 0.7 }
const DEATHS: ReadonlySet<OwnStream> = new Set(['dracs_death'])
const CHECKS = { person: 'mpi.person_dracs_death_checks', party: 'prm.party_dracs_death_checks' } as const

let db: TestDatabase
/** As the officials who decide. */
let api: Database
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
  api = db.open({ role: 'zvirka_app', max: 4 })
})
afterAll(() => db.drop())
beforeEach(empty)

async function empty(): Promise<void> {
  await ownerOf(db).query({ text: 'delete from ops.declarations' })
  await emptyTables(db, 'delete')
}

/** Inserts people whose other streams are verified, each person with an open declaration. */
async function putIn(people: readonly (Somebody & { readonly documents?: readonly TestDocument[] })[]): Promise<void> {
  for (const kind of ['person', 'party'] as const) {
    const of = people.filter((each) => each.kind === kind)
    if (of.length === 0) continue
    await addSubjects(
      db.database,
      kind,
      of.map((each) => ({ ...each, stream: 'dracs_death' as const })),
    )
    await ownerOf(db).query({
      text: `update ${TABLES[kind].subjects} s set tax_id = r.tax_id
               from jsonb_to_recordset($1) as r (id uuid, tax_id text) where s.id = r.id`,
      values: [JSON.stringify(of)],
    })
  }
  await ownerOf(db).query({
    text: `insert into ops.declarations (employee_id, person_id, legal_entity_id, start_date, end_date, status, updated_by)
           select gen_random_uuid(), id, gen_random_uuid(), '2026-01-01', '2066-01-01', 'active', id from mpi.persons`,
  })
}

function somebody(given: Partial<Somebody> = {}): Somebody {
  return {
    ...{ kind: 'person', id: randomUUID(), last_name: 'Шевченко', first_name: 'Олена', birth_date: '1980-01-01' },
    ...{ tax_id: '2922001234', ...given },
  }
}

const answer = (acts: readonly DeathAct[]): RegistryAnswer<DracsDeathAnswer> => ({
  kind: 'answer',
  value: { acts },
  messageId: randomUUID(),
})

const runOf = (kind: SubjectKind) => ({ process: `dracs_death/${kind}`, validationPeriodDays: null })

/** A worker in its own run, which ends when the test says so. */
async function worker(kind: SubjectKind) {
  const run = await startRun(db, runOf(kind))
  const hand = await handWorker(db, run, undefined, TERMS)
  const end = () =>
    ownerOf(db).query({
      text: `update zvirka.runs set state = 'finished', ended_at = clock_timestamp() where id = $1`,
      values: [run.id],
    })
  return { hand, run, end }
}

/** Asks about every due subject of a kind; the register answers by the question. Returns the run and who was asked about. */
async function check(
  kind: SubjectKind,
  reply: (question: DracsDeathQuestion, id: string) => readonly DeathAct[],
  whileAsked: (id: string) => Promise<unknown> = async () => undefined,
): Promise<{ runId: string; asked: string[] }> {
  const { hand, run, end } = await worker(kind)
  const asked: string[] = []
  for (;;) {
    const [claimed] = await hand.claim(1)
    if (claimed === undefined || !isToAsk(claimed)) break
    asked.push(claimed.subjectId)
    const acts = reply(claimed.preCheck.question as DracsDeathQuestion, claimed.subjectId)
    await whileAsked(claimed.subjectId)
    const outcome = answeredWith(claimed, answer(acts))
    await hand.write([outcome])
    hand.claimer.wrote([outcome])
  }
  await end()
  return { runId: run.id, asked }
}

interface Row {
  readonly status: string
  readonly reason: string
  readonly act: string | null
  readonly online: string
  readonly failures: number
  readonly is_unverified: boolean
  readonly cumulative: string
}

async function stateOf({ kind, id }: Pick<Somebody, 'kind' | 'id'>): Promise<Row | undefined> {
  const { subjects, key } = TABLES[kind]
  const [row] = await db.database.query<Row>({
    text: `select c.status, c.reason, a.key as act, v.dracs_death_online_status as online, c.failures,
                  c.unverified_at is not null as is_unverified, s.verification_status as cumulative
             from ${CHECKS[kind]} c join ${subjects} s on s.id = c.subject_id
             join ${kind === 'person' ? 'mpi' : 'prm'}.${kind}_verifications v on v.${key} = s.id
             left join mimir.dracs_death_acts a on a.id = c.data_id where c.subject_id = $1`,
    values: [id],
  })
  return row
}

async function candidatesOf({ kind, id }: Somebody): Promise<string[]> {
  const rows = await ownerOf(db).query<{ line: string }>({
    text: `select concat_ws(' ', a.key, d.score, d.status, d.status_reason) as line
             from ${kind === 'person' ? 'mpi' : 'prm'}.${kind}_verification_candidates d
             join mimir.dracs_death_acts a on a.id = d.entity_id where d.${kind}_id = $1`,
    values: [id],
  })
  return rows.map(({ line }) => line).toSorted()
}

async function edit(who: Somebody, change: Partial<Somebody>): Promise<void> {
  Object.assign(who, change)
  const { subjects } = TABLES[who.kind]
  await db.database.transaction(async (tx) => {
    await lockSubject(tx, who.kind, who.id)
    await tx.query({
      text: `update ${subjects} set last_name = $2, first_name = $3, birth_date = $4, tax_id = $5, updated_by = $6 where id = $1`,
      values: [who.id, who.last_name, who.first_name, who.birth_date, who.tax_id, USER],
    })
    await tx.query(triggerStreams(who.kind, [{ subjectId: who.id, data: { documents: [] } }], USER, DEATHS))
  })
}

const send = ({ kind, id: subjectId }: Somebody) =>
  api.transaction((tx) =>
    sendAgain(tx, { kind, subjectId, stream: 'dracs_death', status: 'VERIFICATION_NEEDED', userId: USER }),
  )

type Said = 'dead' | 'not dead' | 'doctor'

async function decide({ kind, id: subjectId }: Somebody, said: Said): Promise<string> {
  const best =
    said === 'doctor'
      ? await ownerOf(db).query<{ entity_id: string }>({
          text: `select d.entity_id from mpi.person_verification_candidates d join mimir.dracs_death_acts a on a.id = d.entity_id
                  where d.person_id = $1 and d.status = 'NEW' order by d.score desc, a.op_date desc limit 1`,
          values: [subjectId],
        })
      : []
  const result = await api.transaction((tx) =>
    updateDracsDeath(tx, {
      ...{ kind, subjectId, userId: USER, comment: 'Так', mayDecideCandidates: true },
      status: said === 'doctor' ? 'NOT_VERIFIED' : 'VERIFIED',
      reason: said === 'not dead' ? 'MANUAL_NOT_CONFIRMED' : 'MANUAL_CONFIRMED',
      ...(best[0] === undefined ? {} : { actId: best[0].entity_id }),
    }),
  )
  return result.kind
}

describe('after any sequence of events', () => {
  const name = fc.constantFrom('Шевченко', 'Бойко')
  const first = fc.constantFrom('Олена', 'Ганна')
  const born = fc.constantFrom('1980-01-01', '1975-11-23')
  const taxId = fc.constantFrom('2922001234', '3000000001')
  const who = fc.nat(3)
  const happening = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        op: fc.constant('check' as const),
        kind: fc.constantFrom<SubjectKind>('person', 'party'),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        op: fc.constant('act' as const),
        who,
        // The current data, except for the drawn names and number.
        surname: fc.option(name),
        name: fc.option(first),
        numident: fc.constantFrom('own', 'own', null, '3000000001', '3999999999'),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        op: fc.constant('operation' as const),
        act: fc.nat(5),
        operation: fc.constantFrom('1' as const, '2' as const, '4' as const, '77' as const),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        op: fc.constant('edit' as const),
        who,
        last_name: name,
        first_name: first,
        birth_date: born,
        tax_id: taxId,
      }),
    },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('send' as const), who }) },
    {
      weight: 4,
      arbitrary: fc.record({
        op: fc.constant('decide' as const),
        who,
        said: fc.constantFrom<Said>('dead', 'not dead', 'not dead', 'doctor'),
      }),
    },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('recheck' as const), run: fc.nat(4) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        op: fc.constant('death of a worker' as const),
        kind: fc.constantFrom<SubjectKind>('person', 'party'),
      }),
    },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('edit while asked' as const), first_name: first }) },
  )

  class World {
    readonly people: readonly Somebody[]
    readonly model: DeathModel
    readonly runs: { readonly id: string; readonly kind: SubjectKind }[] = []
    #clock = 0
    #acts: string[] = []

    constructor() {
      this.people = [
        somebody(),
        somebody({ tax_id: '3000000001', last_name: 'Бойко' }),
        somebody({ first_name: 'Ганна' }),
        somebody({ kind: 'party', tax_id: '3000000001' }),
      ]
      this.model = new DeathModel(this.people)
    }

    at(n: number): Somebody {
      const found = this.people[n]
      if (found === undefined) throw new Error('nobody')
      return found
    }

    byId(id: string): Somebody {
      return this.at(this.people.findIndex((each) => each.id === id))
    }

    async live(happenings: readonly (typeof happening extends fc.Arbitrary<infer T> ? T : never)[]): Promise<void> {
      for (const happened of happenings) await this.#happen(happened)
    }

    async #happen(happened: typeof happening extends fc.Arbitrary<infer T> ? T : never): Promise<void> {
      switch (happened.op) {
        case 'check':
          return this.#check(happened.kind)
        case 'edit while asked':
          return this.#check('person', happened.first_name)
        case 'act': {
          const { last_name, first_name, birth_date, tax_id } = this.at(happened.who)
          const key = `act-${this.#acts.length}`
          this.#acts.push(key)
          this.#clock += 1
          this.model.register.set(key, {
            ...{ key, operation: '1', at: this.#clock, date_birth: birth_date },
            ...{ surname: happened.surname ?? last_name, name: happened.name ?? first_name },
            numident: happened.numident === 'own' ? tax_id : happened.numident,
          })
          return
        }
        case 'operation': {
          const known = this.model.register.get(this.#acts[happened.act] ?? '')
          if (known === undefined) return
          this.#clock += 1
          this.model.register.set(known.key, { ...known, operation: happened.operation, at: this.#clock })
          return
        }
        case 'edit': {
          const { op: _, who: place, ...change } = happened
          const changed = this.at(place)
          // A party's tax id and birth date are unique, and this is the only party.
          await edit(changed, change)
          return this.model.edited(changed)
        }
        case 'send': {
          const sent = this.at(happened.who)
          if ((await send(sent)).kind === 'sent') this.model.sent(sent)
          else expect(this.model.of(sent).isDead).toBe(true)
          return
        }
        case 'decide': {
          const about = this.at(happened.who)
          const could = this.model.decide(about, happened.said)
          expect((await decide(about, happened.said)) === 'updated', `${happened.said} of a ${about.kind}`).toBe(could)
          return
        }
        case 'recheck': {
          const run = this.runs[happened.run]
          const process = findProcess(`dracs_death/${run?.kind}`)
          if (run === undefined || process === undefined) return
          await recheck(db.database, { process, scope: { runId: run.id }, userId: USER, reason: null })
          return this.model.recheck(this.people, run.id)
        }
        case 'death of a worker':
          return this.#die(happened.kind)
      }
    }

    async #check(kind: SubjectKind, firstName?: string): Promise<void> {
      let isEdited = firstName === undefined
      const answers = new Map<string, ModelAct[]>()
      const due = new Set(
        this.people.filter((each) => each.kind === kind && this.model.isDue(each)).map(({ id }) => id),
      )
      const { runId, asked } = await check(
        kind,
        (_question, id) => {
          const acts = this.model.answer(this.byId(id))
          answers.set(id, acts)
          return acts.map(asAct)
        },
        async (id) => {
          const about = this.byId(id)
          this.model.keep(answers.get(id) ?? [])
          if (isEdited) return this.model.conclude(about, answers.get(id) ?? [], 'run')
          isEdited = true
          await edit(about, { first_name: firstName ?? '' })
          this.model.edited(about)
        },
      )
      this.runs.push({ id: runId, kind })
      for (const state of this.model.states.values()) if (state.byRun === 'run') state.byRun = runId
      expect(new Set(asked)).toEqual(due)
    }

    async #die(kind: SubjectKind): Promise<void> {
      const { hand, end } = await worker(kind)
      const claimed = await hand.claim(10)
      await ownerOf(db).query({
        text: `update zvirka.workers set lease_until = clock_timestamp() - interval '1 s' where id = $1`,
        values: [hand.workerId],
      })
      await sweep(db.database)
      const outcomes = claimed.map((each) =>
        answeredWith(each, answer(this.model.answer(this.byId(each.subjectId)).map(asAct))),
      )
      expect(await hand.write(outcomes)).toEqual({ kind: 'lease_lost' })
      await end()
    }

    async compare(): Promise<void> {
      for (const each of this.people) {
        const { candidates, isDead, isAnswered, byRun: _, ...held } = this.model.of(each)
        const found = await stateOf(each)
        const { status, reason, act: ofAct, online, cumulative } = found ?? {}
        expect({ status, reason, act: ofAct, cumulative }, each.id).toEqual(held)
        expect(online).toBe(isAnswered ? 'COMPLETED' : 'READY')
        expect(await candidatesOf(each)).toEqual(
          candidates.map(({ key, score, fate }) => `${key} ${score} ${fate}`).toSorted(),
        )
        if (each.kind === 'person')
          expect(await isOver(each.id)).toEqual({ is_inactive: isDead, declarations: isDead ? 'terminated' : 'active' })
      }
      const history = await db.database.query<{ line: string }>({
        text: `select concat_ws(' ', subject_id, step, status, reason) as line from zvirka.verification_history order by id`,
      })
      expect(bySubject(history.map(({ line }) => line))).toEqual(bySubject(this.model.history))
      const events = await ownerOf(db).query<{ line: string }>({
        text: `select entity_id || ' ' || (properties -> 'verification_status' ->> 'new_value') as line from event_manager.events
                where properties ? 'verification_status' order by event_time, id`,
      })
      expect(events.map(({ line }) => line).toSorted()).toEqual(this.model.events.toSorted())
    }
  }

  // In order for each subject; a recheck orders subjects differently.
  function bySubject(lines: readonly string[]): string[] {
    const idOf = (line: string) => line.slice(0, 36)
    return lines.toSorted((one, other) => idOf(one).localeCompare(idOf(other)))
  }

  function asAct({ at, operation, ...fields }: ModelAct): DeathAct {
    return act({ ...fields, ar_op_name: operation, op_date: new Date(Date.UTC(2026, 0, 1) + at * 1000).toISOString() })
  }

  async function isOver(id: string) {
    const [row] = await ownerOf(db).query({
      text: `select p.status = 'inactive' as is_inactive, d.status as declarations
               from mpi.persons p join ops.declarations d on d.person_id = p.id where p.id = $1`,
      values: [id],
    })
    return row
  }

  test('people’s statuses equal the model’s', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 8, maxLength: 40, size: 'max' }), async (happenings) => {
        await empty()
        const world = new World()
        await putIn(world.people)
        await world.live(happenings)
        await world.compare()
      }),
      { numRuns: effort(25, 400) },
    )
  })
})

/** An act of the register about somebody, with the given differences. */
function actOf({ last_name, first_name, birth_date, tax_id }: Somebody, given: Partial<DeathAct> = {}): DeathAct {
  return act({
    ...{
      surname: last_name,
      name: first_name,
      date_birth: birth_date,
      numident: tax_id,
      op_date: '2026-03-02T08:00:00.000Z',
    },
    ...given,
  })
}

describe('an answer', () => {
  test.each(['person', 'party'] as const)(
    'with an act that agrees in everything makes a %s not verified',
    async (kind) => {
      const who = somebody({ kind })
      await putIn([who])
      const dead = actOf(who)
      await check(kind, () => [dead])
      expect(await stateOf(who)).toEqual({
        ...{ status: 'NOT_VERIFIED', reason: 'AUTO_ONLINE', online: 'COMPLETED', failures: 0, is_unverified: true },
        // A party has no act of its own; see its candidates.
        act: kind === 'person' ? dead.key : null,
        cumulative: kind === 'person' ? 'CHANGES_NEEDED' : 'NOT_VERIFIED',
      })
      expect(await candidatesOf(who)).toEqual([`${dead.key} 1 NEW`])
    },
  )

  test('with a namesake’s act needs a person’s decision, and the run counts it for review', async () => {
    const who = somebody()
    await putIn([who])
    const { runId } = await check('person', () => [actOf(who, { numident: null })])
    expect(await stateOf(who)).toMatchObject({
      ...{ status: 'VERIFICATION_NEEDED', reason: 'AUTO_ONLINE', act: null, online: 'COMPLETED' },
      ...{ is_unverified: false, cumulative: 'VERIFICATION_NEEDED' },
    })
    const counts = await db.database.query({
      text: 'select verified::int, not_verified::int, to_review::int from zvirka.run_workers where run_id = $1',
      values: [runId],
    })
    expect(counts).toEqual([{ verified: 0, not_verified: 0, to_review: 1 }])
    // Not asked about again: the register has answered.
    expect((await check('person', () => [])).asked).toEqual([])
  })

  test.each([
    ['no act at all', () => []],
    ['another person’s act', (who: Somebody) => [actOf(who, { name: 'Параска', numident: null })]],
    ['an annulled act', (who: Somebody) => [actOf(who, { ar_op_name: 'АНУЛЮВАННЯ АЗ' })]],
    ['an act of an operation that nobody knows', (who: Somebody) => [actOf(who, { ar_op_name: '9' })]],
    ['an act without a birth date', (who: Somebody) => [actOf(who, { date_birth: null })]],
  ] as const)('with %s verifies', async (_, reply) => {
    const who = somebody()
    await putIn([who])
    await check('person', () => reply(who))
    expect(await stateOf(who)).toMatchObject({ status: 'VERIFIED', reason: 'AUTO_ONLINE', cumulative: 'VERIFIED' })
    expect(await candidatesOf(who)).toEqual([])
    const steps = await db.database.query({ text: 'select step from zvirka.verification_history' })
    expect(steps).toEqual([{ step: '5' }])
  })

  test('is compared with stored acts with the same tax id, even if the register did not return them', async () => {
    const [first, second] = [somebody(), somebody({ last_name: 'Бойко' })]
    await putIn([first, second])
    const dead = actOf(first)
    await check('person', (_question, id) => (id === first.id ? [dead] : []))
    await send(second)
    await check('person', () => [])
    // Another surname, everything else the same.
    expect(await candidatesOf(second)).toEqual([`${dead.key} 0.85 NEW`])
    expect(await stateOf(second)).toMatchObject({ status: 'VERIFICATION_NEEDED', act: null })
  })

  test('that arrives after the subject was changed is dropped; its acts are stored anyway', async () => {
    const who = somebody()
    await putIn([who])
    const { hand, end } = await worker('person')
    const [claimed] = await hand.claim(1)
    if (claimed === undefined) throw new Error('nobody')
    expect((await stateOf(who))?.online).toBe('IN_PROCESS')
    await edit(who, { first_name: 'Ганна' })
    await hand.write([answeredWith(claimed, answer([actOf(who)]))])
    await end()
    expect(await stateOf(who)).toMatchObject({ reason: 'ONLINE_TRIGGERED', online: 'READY' })
    expect(await candidatesOf(who)).toEqual([])
    expect(await ownerOf(db).query({ text: 'select count(*)::int from mimir.dracs_death_acts' })).toEqual([
      { count: 1 },
    ])
  })

  test('that arrives after a person was erased leaves no act of theirs', async () => {
    const who = somebody()
    await putIn([who])
    const { hand, end } = await worker('person')
    const [claimed] = await hand.claim(1)
    if (claimed === undefined) throw new Error('nobody')
    const asked = await requestErasure(ownerOf(db), who.id, REASON, OLENA)
    if (asked.kind !== 'waiting') throw new Error(asked.kind)
    await confirmErasure(ownerOf(db), asked.order.id, PETRO)
    await hand.write([answeredWith(claimed, answer([actOf(who), { ...actOf(who), key: randomUUID() }]))])
    await end()
    expect(await ownerOf(db).query({ text: 'select count(*)::int from mimir.dracs_death_acts' })).toEqual([
      { count: 0 },
    ])
  })

  test('that is a technical error changes nothing, and the subject is READY and waits', async () => {
    const who = somebody()
    await putIn([who])
    const { hand, end } = await worker('person')
    const [claimed] = await hand.claim(1)
    if (claimed === undefined) throw new Error('nobody')
    await hand.write([failed(claimed)])
    await end()
    expect(await stateOf(who)).toMatchObject({
      ...{ status: 'VERIFICATION_NEEDED', reason: 'INITIAL', online: 'READY', failures: 1 },
      cumulative: 'VERIFICATION_NEEDED',
    })
    expect((await check('person', () => [])).asked).toEqual([])
  })
})

describe('the effect of a later answer on candidates', () => {
  test('an annulled act closes its candidate, and so does one that changed too much', async () => {
    const [annulled, changed] = [somebody(), somebody({ first_name: 'Ганна', tax_id: '3000000001' })]
    await putIn([annulled, changed])
    const acts = [actOf(annulled, { key: 'a' }), actOf(changed, { key: 'c' })]
    await check('person', (_question, id) => (id === annulled.id ? acts.slice(0, 1) : acts.slice(1)))
    await send(annulled)
    await send(changed)
    const later = { op_date: '2026-04-02T08:00:00.000Z' }
    await check('person', (_question, id) =>
      id === annulled.id
        ? [actOf(annulled, { key: 'a', ar_op_name: '2', ...later })]
        : [actOf(changed, { key: 'c', name: 'Параска', numident: null, ...later })],
    )
    expect(await candidatesOf(annulled)).toEqual(['a 1 DEACTIVATED ACT_ANNULLED'])
    expect(await candidatesOf(changed)).toEqual(['c 1 DEACTIVATED ACT_CHANGED'])
    for (const each of [annulled, changed]) expect(await stateOf(each)).toMatchObject({ status: 'VERIFIED', act: null })
  })

  test('a rejected one is not proposed again, unless the act changes or the score rises', async () => {
    const who = somebody({ tax_id: '3000000001' })
    await putIn([who])
    const [one, later] = [actOf(who, { key: 'a', numident: null }), { op_date: '2026-04-02T08:00:00.000Z' }]
    await check('person', () => [one])
    await decide(who, 'not dead')
    await send(who)
    await check('person', () => [one])
    expect(await candidatesOf(who)).toEqual(['a 0.75 REJECTED'])
    expect(await stateOf(who)).toMatchObject({ status: 'VERIFIED', reason: 'AUTO_ONLINE' })
    await send(who)
    await check('person', () => [{ ...one, region: 'Київ', ...later }])
    expect(await candidatesOf(who)).toEqual(['a 0.75 NEW', 'a 0.75 REJECTED'])
  })
})

describe('a change of a subject', () => {
  test.each(['person', 'party'] as const)('queues a %s again, and closes the candidates', async (kind) => {
    const who = somebody({ kind })
    await putIn([who])
    const dead = actOf(who)
    await check(kind, () => [dead])
    await edit(who, {})
    expect(await candidatesOf(who)).toEqual([`${dead.key} 1 DEACTIVATED ${kind.toUpperCase()}_UPDATED`])
    expect(await stateOf(who)).toMatchObject({ reason: 'ONLINE_TRIGGERED', act: null, online: 'READY' })
  })

  test('while the register is disabled keeps the stream and the candidates', async () => {
    const who = somebody()
    await putIn([who])
    const dead = actOf(who)
    await check('person', () => [dead])
    const before = [await stateOf(who), await candidatesOf(who)]
    await db.database.transaction(async (tx) => {
      await lockSubject(tx, 'person', who.id)
      const changed = [{ subjectId: who.id, data: { documents: [] } }]
      await tx.query(triggerStreams('person', changed, USER, new Set<OwnStream>(['mvs_passport'])))
    })
    const { cumulative: _, ...after } = (await stateOf(who)) ?? {}
    expect(before[0]).toMatchObject(after)
    expect(await candidatesOf(who)).toEqual(before[1])
  })
})

test('of two people who decide concurrently one succeeds, the other learns that there is nothing to decide', async () => {
  const who = somebody()
  await putIn([who])
  await check('person', () => [actOf(who)])
  const results = await Promise.all([decide(who, 'dead'), decide(who, 'not dead')])
  expect(results.toSorted()).toEqual(['not_updatable', 'updated'])
  expect(Object.values(await fates(ownerOf(db), 'person', who.id))).toHaveLength(1)
})
