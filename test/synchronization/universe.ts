/** The same population twice: in the model and in the database. What happens, happens to both; then they are compared. */
import { randomUUID } from 'node:crypto'
import type { Database } from '../../src/database/database.ts'
import { kyivDay } from '../../src/verification/calendar.ts'
import type { StreamStatus, SubjectKind } from '../../src/verification/status.ts'
import { STREAMS_OF } from '../../src/verification/status.ts'
import { dmsPassport } from '../../src/verification/streams/dms-passport.ts'
import type { TestDatabase } from '../support/database.ts'
import { block, changeDocuments, moveDocuments, sendAgain, setActive, setStream } from './changes.ts'
import { Model } from './model.ts'
import { DAY, type Held, type ModelDms, type ModelSubject, type Moment } from './model-parts.ts'
import { addParties, addPersons } from './people.ts'
import { ownerOf } from './reset.ts'
import type { Drawn, Happening, Population } from './sequence.ts'

const BEGINNINGS: Record<Drawn['dms'], { status: StreamStatus; reason: ModelDms['reason']; syncedAgo: number | null }> =
  {
    initial: { status: 'VERIFICATION_NEEDED', reason: 'INITIAL', syncedAgo: null },
    valid: { status: 'VERIFIED', reason: 'AUTO_VALID', syncedAgo: DAY },
    valid_long_ago: { status: 'VERIFIED', reason: 'AUTO_VALID', syncedAgo: 300 * DAY },
    not_valid: { status: 'NOT_VERIFIED', reason: 'AUTO_NOT_VALID', syncedAgo: DAY },
    not_needed: { status: 'VERIFICATION_NOT_NEEDED', reason: 'AUTO_DATA_ABSENT', syncedAgo: null },
  }

const BOTH_PASSPORTS = ['mvs_passport', 'dms_passport']

/** What a claim would see of a subject now: the same pre-check, on documents that no two of one subject share a date of issue. */
export function preCheckOf({ id, documents, claim }: ModelSubject): Held {
  const asStored = documents.map((document, n) => ({
    id: String(n),
    inserted_at: 0,
    type: document.type,
    number: document.number,
    issued_at: document.issued_at ?? null,
    expiration_date: document.expiration_date ?? null,
  }))
  return {
    subjectId: id,
    token: claim?.token ?? '',
    preCheck: dmsPassport.preCheck({ documents: asStored }, kyivDay(new Date())),
  }
}

export class Universe {
  readonly test: TestDatabase
  readonly model = new Model()
  readonly ids: string[] = []
  readonly #beginnings = new Map<number, Moment>()

  constructor(test: TestDatabase) {
    this.test = test
  }

  get database(): Database {
    return this.test.database
  }

  /** Puts the population in, persons first. */
  async create({ persons, parties }: Population): Promise<void> {
    await this.#add('person', persons)
    await this.#add('party', parties)
  }

  /** The subject that a drawn number means. */
  at(who: number): ModelSubject {
    const id = this.ids[who % this.ids.length]
    if (id === undefined) throw new Error('nobody is there')
    return this.model.get(id)
  }

  /** Lets time go by: everything that has been becomes older. */
  async pass(minutes: number): Promise<void> {
    if (minutes === 0) return
    this.model.clock.pass(minutes * 60_000)
    const columns = ['synced_at', 'unverified_at', 'triggered_at', 'waits_until'].map((name) => `dms_passport_${name}`)
    const older = columns.map((name) => `${name} = ${name} - $1 * interval '1 minute'`).join(', ')
    for (const table of ['mpi.person_verifications', 'prm.party_verifications']) {
      await ownerOf(this.test).query({ text: `update ${table} set ${older}`, values: [minutes] })
    }
  }

  /** Something happens without the engine. */
  async happen(happening: Happening): Promise<void> {
    const subject = happening.op === 'move' ? this.at(happening.from) : this.at(happening.who)
    const { id, kind } = subject
    const { clock } = this.model
    const now = clock.begin()
    // The second of two who are written one after the other.
    const later = clock.begin()
    await this.database.transaction(async (tx) => {
      switch (happening.op) {
        case 'change':
          return changeDocuments(tx, kind, id, happening.documents)
        case 'send_again':
          return sendAgain(tx, kind, id)
        case 'move': {
          const to = this.at(happening.to)
          return canMove(subject, to) ? moveDocuments(tx, kind, id, to.id) : undefined
        }
        case 'active':
          return kind === 'person' ? setActive(tx, id, happening.isActive) : undefined
        case 'block':
          return kind === 'person' ? block(tx, id) : undefined
        case 'stream':
          return setStream(tx, kind, id, happening.stream, happening.status)
      }
    })
    clock.end()
    this.#happenInModel(happening, subject, now, later)
  }

  #happenInModel(happening: Happening, subject: ModelSubject, now: Moment, later: Moment): void {
    const { model } = this
    switch (happening.op) {
      case 'change':
        subject.documents = happening.documents
        model.trigger(subject, BOTH_PASSPORTS, now)
        return
      case 'send_again':
        model.trigger(subject, ['dms_passport'], now)
        return
      case 'move': {
        const to = this.at(happening.to)
        if (!canMove(subject, to)) return
        to.documents = [...to.documents, ...subject.documents]
        subject.documents = []
        model.trigger(subject, BOTH_PASSPORTS, now)
        model.trigger(to, BOTH_PASSPORTS, later)
        return
      }
      case 'active':
        if (subject.kind === 'person') subject.isActive = happening.isActive
        return
      case 'block':
        if (subject.kind === 'person') subject.cumulative = 'NOT_VERIFIED'
        return
      case 'stream':
        subject.others.set(happening.stream, happening.status)
        model.recalculate(subject)
    }
  }

  // One moment for all who are given the same time: among them the line goes by id.
  #ago(milliseconds: number): Moment {
    const known = this.#beginnings.get(milliseconds) ?? this.model.clock.ago(milliseconds)
    this.#beginnings.set(milliseconds, known)
    return known
  }

  async #add(kind: SubjectKind, drawn: readonly Drawn[]): Promise<void> {
    if (drawn.length === 0) return
    const subjects = drawn.map(({ documents, dms, others, isActive }) => {
      const { syncedAgo, ...state } = BEGINNINGS[dms]
      const synced = syncedAgo === null ? null : this.#ago(syncedAgo)
      const id = randomUUID()
      this.ids.push(id)
      this.model.add({
        kind,
        id,
        isActive: isActive || kind === 'party',
        documents,
        others: new Map(STREAMS_OF[kind].filter((s) => s !== 'dms_passport').map((stream) => [stream, others])),
        dms: {
          ...state,
          synced,
          data: null,
          dataStatus: null,
          unverified: null,
          triggered: null,
          failedAt: null,
          failures: 0,
        },
      })
      const synced_at = synced === null ? null : new Date(this.model.clock.at(synced)).toISOString()
      return { id, documents, others, is_active: isActive, ...state, synced_at }
    })
    await (kind === 'person' ? addPersons : addParties)(this.database, subjects)
  }
}

// Not where two documents of one subject would then have one date of issue: which is chosen would hang on ids made up by the database.
function canMove(from: ModelSubject, to: ModelSubject): boolean {
  const dates = new Set(to.documents.map(({ issued_at }) => issued_at))
  return from !== to && from.kind === to.kind && !from.documents.some(({ issued_at }) => dates.has(issued_at))
}
