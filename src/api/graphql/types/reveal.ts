/**
 * `revealPersonData` and `revealPartyData` (spec 4.3): users who see masked numbers can see the requested ones in full, for a reason. The
 * transaction that reads them also records the reason and the names of the fields.
 */
import type { EnumRef, ObjectRef } from '@pothos/core'
import { audit } from '../../../audit/audit.ts'
import { type DocumentRow, type RowOf, readDocuments, readSubjects } from '../../../people-reading/subjects.ts'
import type { SubjectKind } from '../../../verification/status.ts'
import { missingField, notFound } from '../../errors.ts'
import { requiredReason } from '../../reason.ts'
import { type Builder, guarded, idOf, PLAIN } from '../builder.ts'
import type { GraphqlContext } from '../context.ts'
import { type Phone, phonesOf } from './party.ts'
import { payloadOf, requirePresent } from './send-again.ts'

type Types = Builder['$inferSchemaTypes']

const FIELDS = {
  person: ['TAX_ID', 'UNZR', 'DOCUMENTS'],
  party: ['TAX_ID', 'PHONES', 'DOCUMENTS'],
} as const satisfies Record<SubjectKind, readonly string[]>
type Field = (typeof FIELDS)[SubjectKind][number]

/** The revealed values; null if not requested or missing. */
interface Revealed {
  readonly taxId: string | null
  readonly unzr: string | null
  readonly phones: readonly Phone[] | null
  readonly documents: readonly DocumentRow[] | null
}

/** Adds both mutations. */
export function addReveal(builder: Builder): void {
  const document = builder.objectRef<DocumentRow>('RevealedDocument').implement({
    fields: (t) => ({
      databaseId: t.field({ type: 'UUID', nullable: false, resolve: ({ id }) => id }),
      type: t.exposeString('type', { nullable: false, ...PLAIN }),
      number: t.exposeString('number', { nullable: false, ...PLAIN }),
    }),
  })
  const phone = builder.objectRef<Phone>('RevealedPhone').implement({
    fields: (t) => ({
      type: t.exposeString('type', { nullable: true, ...PLAIN }),
      number: t.exposeString('number', { nullable: false, ...PLAIN }),
    }),
  })
  for (const kind of ['person', 'party'] as const) addMutation(builder, kind, { document, phone })
}

interface Parts {
  readonly document: ObjectRef<Types, DocumentRow>
  readonly phone: ObjectRef<Types, Phone>
}

function addMutation(builder: Builder, kind: SubjectKind, { document, phone }: Parts): void {
  const type = kind === 'person' ? 'Person' : 'Party'
  const name = `reveal${type}Data`
  const field: EnumRef<Types, Field> = builder.enumType(`${type}PersonalDataField`, {
    values: FIELDS[kind] as readonly Field[],
  })
  const input = builder.inputType(`Reveal${type}DataInput`, {
    fields: (t) => ({
      id: t.id({ required: true }),
      fields: t.field({ type: [field], required: true }),
      reason: t.string({
        required: true,
        description: 'The reason, at least ten visible characters; it is recorded in the audit.',
      }),
    }),
  })
  const payload = builder.objectRef<Revealed>(payloadOf(name)).implement({
    description: 'The requested values, in full.',
    fields: (t) => ({
      taxId: t.string({ ...PLAIN, resolve: ({ taxId }) => taxId }),
      ...(kind === 'person'
        ? { unzr: t.string({ ...PLAIN, resolve: ({ unzr }) => unzr }) }
        : { phones: t.field({ type: [phone], resolve: ({ phones }) => phones }) }),
      documents: t.field({ type: [document], resolve: ({ documents }) => documents }),
    }),
  })
  builder.mutationField(name, (t) =>
    t.field({
      type: payload,
      extensions: guarded({ scopes: [`${kind}:personal_data`], isForNhs: true }, 'itself'),
      args: { input: t.arg({ type: input, required: true }) },
      resolve: (_root, { input: { id, fields, reason } }, context) => {
        requirePresent({ id })
        if (fields.length === 0) throw missingField('fields')
        const request = {
          kind,
          id: idOf(type, id),
          fields: [...new Set(fields)].sort(),
          reason: requiredReason(reason),
        }
        return reveal(context, `Mutation.${name}`, request)
      },
    }),
  )
}

interface Request {
  readonly kind: SubjectKind
  readonly id: string
  readonly fields: readonly Field[]
  readonly reason: string
}

function reveal(context: GraphqlContext, operation: string, request: Request): Promise<Revealed> {
  const { kind, id, fields, reason } = request
  return context.database.transaction(async (tx) => {
    const [subject]: Partial<RowOf['person'] & RowOf['party']>[] = await readSubjects(tx, kind, [id])
    if (subject === undefined) throw notFound(kind === 'person' ? 'Person not found' : 'Party not found')
    const has = (field: Field) => fields.includes(field)
    const documents = has('DOCUMENTS') ? await readDocuments(tx, kind, [id]) : null
    await audit(tx, context.actor, {
      ...{ action: 'reveal', operation, subjectKind: kind, subjectIds: [id], reason, fields },
    })
    return {
      taxId: has('TAX_ID') ? (subject.tax_id ?? null) : null,
      unzr: has('UNZR') ? (subject.unzr ?? null) : null,
      phones: has('PHONES') ? phonesOf(subject.phones) : null,
      documents,
    }
  })
}
