/** Changes made outside the engine, to the model and to the database. */
import type { Database } from '../../src/database/database.ts'
import type { Executor } from '../../src/database/query.ts'
import type { OwnStream, SubjectKind } from '../../src/verification/status.ts'
import {
  block,
  changeDocuments,
  editUnzr,
  hire,
  importChanged,
  moveDocuments,
  ownStreamsOf,
  sendAgain,
  setActive,
  setEmployee,
  setStream,
  transferEmployee,
} from './changes.ts'
import type { Model } from './model.ts'
import type { ModelEmployee, ModelSubject, Moment } from './model-parts.ts'
import type { Happening } from './sequence.ts'

/** The subjects of changes. */
export interface World {
  readonly database: Database
  readonly model: Model
  /** The subject for a drawn number. */
  at(who: number): ModelSubject
}

/** A change: one transaction, and then the same in the model. */
interface Deed {
  inDatabase(tx: Executor): Promise<void>
  inModel(now: Moment, later: Moment): void
}

export class Happenings {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  async happen(happening: Happening): Promise<void> {
    const deed = this.#deed(happening)
    if (deed === undefined) return
    const { database, model } = this.#world
    const now = model.clock.begin()
    // The second of two subjects written one after the other.
    const later = model.clock.begin()
    await database.transaction((tx) => deed.inDatabase(tx))
    model.clock.end()
    deed.inModel(now, later)
  }

  // Undefined if there is nobody for it.
  #deed(happening: Happening): Deed | undefined {
    switch (happening.op) {
      case 'change':
      case 'import':
      case 'move':
      case 'send_again':
        return this.#trigger(happening)
      case 'hire':
      case 'employee':
      case 'transfer':
        return this.#atWork(happening)
      case 'active':
      case 'block':
      case 'edit_unzr':
        return this.#toPerson(happening)
      case 'stream':
        return this.#stream(happening)
    }
  }

  #trigger(happening: Happening & { op: 'change' | 'import' | 'move' | 'send_again' }): Deed | undefined {
    const { model } = this.#world
    const subject = this.#world.at(happening.who)
    const { id, kind } = subject
    const ours = ownStreamsOf(kind)
    switch (happening.op) {
      case 'change':
        return {
          inDatabase: (tx) => changeDocuments(tx, kind, id, happening.documents),
          inModel: (now) => {
            subject.documents = happening.documents
            model.trigger(subject, ours, now)
          },
        }
      case 'import':
        return {
          inDatabase: (tx) => importChanged(tx, kind, id, happening),
          inModel: (now) => {
            subject.documents = happening.documents
            if (kind === 'person') subject.identity = happening.identity
            model.trigger(subject, ours, now)
          },
        }
      case 'move':
        return this.#move(subject, this.#world.at(happening.to))
      case 'send_again': {
        const stream = streamFor(kind, happening.stream)
        return {
          inDatabase: (tx) => sendAgain(tx, kind, id, stream),
          inModel: (now) => model.trigger(subject, [stream], now),
        }
      }
    }
  }

  #move(from: ModelSubject, to: ModelSubject): Deed | undefined {
    if (!canMove(from, to)) return undefined
    const { model } = this.#world
    const ours = ownStreamsOf(from.kind)
    return {
      inDatabase: (tx) => moveDocuments(tx, from.kind, from.id, to.id),
      inModel: (now, later) => {
        to.documents = [...to.documents, ...from.documents]
        from.documents = []
        model.trigger(from, ours, now)
        model.trigger(to, ours, later)
      },
    }
  }

  #atWork(happening: Happening & { op: 'hire' | 'employee' | 'transfer' }): Deed | undefined {
    const party = this.#world.at(happening.who)
    if (party.kind !== 'party') return undefined
    if (happening.op === 'hire') {
      const employee: ModelEmployee = { ...happening.employee, id: crypto.randomUUID() }
      return {
        inDatabase: (tx) => hire(tx, party.id, employee),
        inModel: () => {
          party.employees = [...party.employees, employee]
        },
      }
    }
    const employee = party.employees[happening.which % Math.max(1, party.employees.length)]
    if (employee === undefined) return undefined
    const rest = party.employees.filter(({ id }) => id !== employee.id)
    if (happening.op === 'employee') {
      return {
        inDatabase: (tx) => setEmployee(tx, party.id, employee.id, happening.employee),
        inModel: () => {
          party.employees = [...rest, { ...happening.employee, id: employee.id }]
        },
      }
    }
    const to = this.#world.at(happening.to)
    if (to.kind !== 'party' || to === party) return undefined
    return {
      inDatabase: (tx) => transferEmployee(tx, employee.id, to.id),
      inModel: () => {
        party.employees = rest
        to.employees = [...to.employees, employee]
      },
    }
  }

  #toPerson(happening: Happening & { op: 'active' | 'block' | 'edit_unzr' }): Deed | undefined {
    const person = this.#world.at(happening.who)
    if (person.kind !== 'person') return undefined
    switch (happening.op) {
      case 'active':
        return {
          inDatabase: (tx) => setActive(tx, person.id, happening.isActive),
          inModel: () => {
            person.isActive = happening.isActive
          },
        }
      case 'block':
        return {
          inDatabase: (tx) => block(tx, person.id),
          inModel: () => {
            person.cumulative = 'NOT_VERIFIED'
          },
        }
      case 'edit_unzr':
        return {
          inDatabase: (tx) => editUnzr(tx, person.id, happening.unzr),
          inModel: () => {
            person.identity = { ...person.identity, unzr: happening.unzr }
          },
        }
    }
  }

  #stream({ who, stream: drawn, status: drawnStatus }: Happening & { op: 'stream' }): Deed {
    const { model } = this.#world
    const subject = this.#world.at(who)
    const { id, kind } = subject
    const stream = drawn === 'nhs' ? (kind === 'person' ? drawn : 'dracs_death') : streamFor(kind, drawn)
    // A stream of ours becomes IN_REVIEW only by a claim.
    const status = stream !== 'nhs' && drawnStatus === 'IN_REVIEW' ? 'VERIFICATION_NOT_NEEDED' : drawnStatus
    return {
      inDatabase: (tx) => setStream(tx, kind, id, { stream, status, reason: 'MANUAL' }),
      inModel: () => model.setStream(subject, stream, { status, reason: 'MANUAL' }),
    }
  }
}

// Not if two documents of a subject would have the same date of issue: the choice would depend on generated ids.
function canMove(from: ModelSubject, to: ModelSubject): boolean {
  const dates = new Set(to.documents.map(({ issued_at }) => issued_at))
  return from !== to && from.kind === to.kind && !from.documents.some(({ issued_at }) => dates.has(issued_at))
}

// The stream of ours for a drawn one and a kind: a party has no UNZR.
function streamFor(kind: SubjectKind, stream: OwnStream): OwnStream {
  return kind === 'party' && stream === 'unzr' ? 'mvs_passport' : stream
}
