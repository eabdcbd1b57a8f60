/** A person or a party from another system (spec 6.3): written like an import, with the triggers of 2.8. */
import { randomUUID } from 'node:crypto'
import { audit } from '../../audit/audit.ts'
import { retryOnConflict } from '../../database/conflicts.ts'
import type { Executor } from '../../database/query.ts'
import type { RecordRead } from '../../imports/fields.ts'
import { readParty } from '../../imports/parties/record.ts'
import { upsertParty } from '../../imports/parties/upsert.ts'
import { readPerson } from '../../imports/persons/record.ts'
import { upsertPerson } from '../../imports/persons/upsert.ts'
import type { RecordRefusal, Upserted, Upserting } from '../../imports/record-kind.ts'
import { Sensitive } from '../../privacy/sensitive.ts'
import type { SubjectKind } from '../../verification/status.ts'
import { conflict, invalid, unprocessable } from '../errors.ts'
import type { AuthorizedContext } from './route.ts'
import type { PutResult } from './shapes.ts'

const RESULTS = { new: 'created', changed: 'changed', switched: 'changed', unchanged: 'unchanged' } as const

/** `PUT /api/persons/{id}`. */
export function putPerson(id: string, body: PutBody, context: AuthorizedContext) {
  const record = recordOf(readPerson, id, body)
  return put('person', id, context, (tx, by) => upsertPerson(tx, record, by))
}

/** `PUT /api/parties/{id}`; values that belong to another party are 409. */
export function putParty(id: string, body: PutBody, context: AuthorizedContext) {
  const record = recordOf(readParty, id, body)
  return put('party', id, context, (tx, by) => upsertParty(tx, record, by))
}

interface PutBody {
  readonly id?: string | undefined
}

function recordOf<R>(read: (value: unknown) => RecordRead<R>, id: string, body: PutBody): Sensitive<R> {
  if (body.id !== undefined && body.id !== id) throw idDiffers()
  const result = read({ ...body, id })
  // Contradictions within the record; the reason names only fields.
  if ('reason' in result) throw unprocessable(result.reason)
  return new Sensitive(result.record)
}

function idDiffers(): Error {
  const description = 'value differs from the id of the path'
  return invalid([{ entryType: 'json_data_property', entry: '$.id', rule: 'invalid', description }])
}

async function put(
  subjectKind: SubjectKind,
  id: string,
  { database, actor, served }: AuthorizedContext,
  write: (tx: Executor, by: Upserting) => Promise<Upserted | RecordRefusal>,
): Promise<{ data: PutResult; status: number }> {
  const by = { userId: actor.userId, importId: randomUUID(), served }
  const path = subjectKind === 'person' ? 'persons' : 'parties'
  const fate = await retryOnConflict(() =>
    database.transaction(async (tx) => {
      const fate = await write(tx, by)
      const operation = `PUT /api/${path}/:id`
      if (typeof fate === 'string')
        await audit(tx, actor, { action: 'write', operation, subjectKind, subjectIds: [id] })
      return fate
    }),
  )
  if (typeof fate !== 'string') throw conflict(fate.reason)
  return { data: { id, result: RESULTS[fate] }, status: fate === 'new' ? 201 : 200 }
}
