/** The same population in the model and in the database. Every event happens in both; then they are compared. */
import { randomUUID } from 'node:crypto'
import type { Database } from '../../src/database/database.ts'
import { PROCESSES } from '../../src/synchronization/process.ts'
import { kyivDay } from '../../src/verification/calendar.ts'
import { STREAMS_OF, type SubjectKind } from '../../src/verification/status.ts'
import type { TestDatabase } from '../support/database.ts'
import { ownStreamsOf } from './changes.ts'
import { Happenings } from './happenings.ts'
import { Model } from './model.ts'
import { DAY, type Held, type ModelProcess, type ModelStream, type ModelSubject, type Moment } from './model-parts.ts'
import { addSubjects, type TestStream } from './people.ts'
import { ownerOf } from './reset.ts'
import type { Beginning, Drawn, Happening, Population } from './sequence.ts'

const NEW: Omit<ModelStream, 'status' | 'reason' | 'synced'> = {
  data: null,
  dataStatus: null,
  unverified: null,
  triggered: null,
  failedAt: null,
  failures: 0,
}

const BEGINNINGS: Readonly<Record<Beginning, Pick<ModelStream, 'status' | 'reason'> & { syncedAgo: number | null }>> = {
  initial: { status: 'VERIFICATION_NEEDED', reason: 'INITIAL', syncedAgo: null },
  good: { status: 'VERIFIED', reason: 'AUTO_ONLINE', syncedAgo: DAY },
  good_long_ago: { status: 'VERIFIED', reason: 'AUTO_ONLINE', syncedAgo: 300 * DAY },
  bad: { status: 'NOT_VERIFIED', reason: 'AUTO_NOT_FOUND', syncedAgo: DAY },
  not_needed: { status: 'VERIFICATION_NOT_NEEDED', reason: 'AUTO_DATA_ABSENT', syncedAgo: null },
}

/** What a claim would see of a subject now: the same pre-check, on documents with different dates of issue. */
export function preCheckOf({ key, stream }: ModelProcess, subject: ModelSubject): Held {
  const documents = subject.documents.map((document, n) => ({
    id: String(n),
    inserted_at: 0,
    type: document.type,
    number: document.number,
    issued_at: document.issued_at ?? null,
    expiration_date: document.expiration_date ?? null,
  }))
  const rules = PROCESSES.get(key)?.rules
  if (rules === undefined) throw new Error(`no process ${key}`)
  return {
    subjectId: subject.id,
    token: subject.claims.get(stream)?.token ?? '',
    // Assigned by the engine; no rule defines it.
    version: 0,
    preCheck: rules.preCheck({ documents, identity: subject.identity }, kyivDay(new Date()), undefined),
  }
}

export class Universe {
  readonly test: TestDatabase
  readonly model = new Model()
  readonly ids: string[] = []
  readonly #happenings = new Happenings(this)
  readonly #beginnings = new Map<number, Moment>()

  constructor(test: TestDatabase) {
    this.test = test
  }

  get database(): Database {
    return this.test.database
  }

  /** Inserts the population, persons first. */
  async create({ persons, parties }: Population): Promise<void> {
    await this.#add('person', persons)
    await this.#add('party', parties)
  }

  /** The subject for a drawn number. */
  at(who: number): ModelSubject {
    const id = this.ids[who % this.ids.length]
    if (id === undefined) throw new Error('nobody is there')
    return this.model.get(id)
  }

  /** Lets time pass: everything so far becomes older. */
  async pass(minutes: number): Promise<void> {
    if (minutes === 0) return
    this.model.clock.pass(minutes * 60_000)
    for (const [kind, table] of [
      ['person', 'wide.person_verifications'],
      ['party', 'wide.party_verifications'],
    ] as const) {
      const columns = ownStreamsOf(kind).flatMap((stream) =>
        ['synced_at', 'unverified_at', 'triggered_at', 'waits_until'].map((name) => `${stream}_${name}`),
      )
      const older = columns.map((name) => `${name} = ${name} - $1 * interval '1 minute'`).join(', ')
      await ownerOf(this.test).query({ text: `update ${table} set ${older}`, values: [minutes] })
    }
  }

  /** Something happens without the engine. */
  happen(happening: Happening): Promise<void> {
    return this.#happenings.happen(happening)
  }

  // One moment for all with the same time: among them the queue goes by id.
  #ago(milliseconds: number): Moment {
    const known = this.#beginnings.get(milliseconds) ?? this.model.clock.ago(milliseconds)
    this.#beginnings.set(milliseconds, known)
    return known
  }

  async #add(kind: SubjectKind, drawn: readonly Drawn[]): Promise<void> {
    if (drawn.length === 0) return
    const subjects = drawn.map(({ documents, identity, others, isActive, employees, ...streams }) => {
      const id = randomUUID()
      this.ids.push(id)
      const ours = ownStreamsOf(kind)
      const states = ours.map((stream) => [stream, this.#beginning(streams[stream])] as const)
      const theirs = STREAMS_OF[kind].filter((stream) => !ours.some((own) => own === stream))
      const employed = employees.map((employee) => ({ id: randomUUID(), ...employee }))
      this.model.add({
        ...{ kind, id, isActive, documents, identity, employees: employed },
        others: new Map(theirs.map((stream) => [stream, others])),
        own: new Map(states),
      })
      const given = Object.fromEntries(states.map(([stream, state]) => [stream, this.#asGiven(state)]))
      return { id, documents, ...identity, others, is_active: isActive, employees: employed, streams: given }
    })
    await addSubjects(this.database, kind, subjects)
  }

  #beginning(how: Beginning): ModelStream {
    const { syncedAgo, ...state } = BEGINNINGS[how]
    return { ...NEW, ...state, synced: syncedAgo === null ? null : this.#ago(syncedAgo) }
  }

  #asGiven({ status, reason, synced }: ModelStream): TestStream {
    return {
      status,
      reason,
      synced_at: synced === null ? null : new Date(this.model.clock.at(synced)).toISOString(),
    }
  }
}
