/** A person or a party from another system (spec 6.3): written like an import, with the triggers of 2.8. */
import { randomUUID } from 'node:crypto'
import { audit } from '../../audit/audit.ts'
import { retryOnConflict } from '../../database/conflicts.ts'
import type { Draft } from '../../imports/draft.ts'
import type { RecordRead } from '../../imports/fields.ts'
import { PARTY_RECORDS } from '../../imports/parties/parties.ts'
import { PERSON_RECORDS } from '../../imports/persons/persons.ts'
import type { RecordKind, RecordRefusal } from '../../imports/record-kind.ts'
import { upsertRecord } from '../../imports/upsert.ts'
import { Sensitive } from '../../privacy/sensitive.ts'
import { conflict, invalid, unprocessable } from '../errors.ts'
import type { AuthorizedContext } from './route.ts'
import type { PutResult } from './shapes.ts'

const RESULTS = { new: 'created', changed: 'changed', switched: 'changed', unchanged: 'unchanged' } as const

/** `PUT /api/persons/{id}`. */
export function putPerson(id: string, body: PutBody, context: AuthorizedContext) {
  return put(PERSON_RECORDS, id, body, context)
}

/** `PUT /api/parties/{id}`; values that belong to another party are 409. */
export function putParty(id: string, body: PutBody, context: AuthorizedContext) {
  return put(PARTY_RECORDS, id, body, context)
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

async function put<R, D extends Draft, F extends RecordRefusal>(
  of: RecordKind<R, D, F>,
  id: string,
  body: PutBody,
  { database, actor, served }: AuthorizedContext,
): Promise<{ data: PutResult; status: number }> {
  const record = recordOf(of.read, id, body)
  const by = { userId: actor.userId, importId: randomUUID(), served }
  const subjectKind = of.kind
  const path = subjectKind === 'person' ? 'persons' : 'parties'
  const fate = await retryOnConflict(() =>
    database.transaction(async (tx) => {
      const fate = await upsertRecord(tx, of, record, by)
      const operation = `PUT /api/${path}/:id`
      if (typeof fate === 'string')
        await audit(tx, actor, { action: 'write', operation, subjectKind, subjectIds: [id] })
      return fate
    }),
  )
  if (typeof fate !== 'string') throw conflict(fate.reason)
  return { data: { id, result: RESULTS[fate] }, status: fate === 'new' ? 201 : 200 }
}
