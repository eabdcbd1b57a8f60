/** The type DracsDeathAct (spec 8.14): an act of death of the register of civil status. Personal, also about the dead. */
import type { ObjectRef } from '@pothos/core'
import type { StoredAct } from '../../../death-acts/plans/acts.ts'
import { ACT_TEXTS, type ActText, operationOf, readDay } from '../../../verification/death-act.ts'
import { notFound } from '../../errors.ts'
import { type Builder, guarded, idOf, MASKED, PLAIN, UNFORESEEN } from '../builder.ts'
import { deathActLoadersOf } from '../loaders-death-acts.ts'
import { PERSON_ACCESS } from './person.ts'
import { fieldOf } from './verification-enums.ts'

type Types = Builder['$inferSchemaTypes']

/** The personal numbers among its texts. */
const NUMBERS: readonly ActText[] = ['numident']

/** Adds the type and its query. */
export function addDeathAct(builder: Builder): ObjectRef<Types, StoredAct> {
  const operation = builder.enumType('DracsDeathActOperation', {
    values: { LIVE: { value: 'live' }, ANNULLED: { value: 'annulled' }, UNKNOWN: { value: 'unknown' } } as const,
    description: 'LIVE: a death is registered. An act that is ANNULLED or UNKNOWN cannot confirm a death.',
  })
  const act = builder.objectRef<StoredAct>('DracsDeathAct')
  builder.node(act, {
    description: 'An act of death. Reading it is recorded as reading personal data.',
    extensions: guarded(PERSON_ACCESS, 'dracs_death_act'),
    brandLoadedObjects: true,
    id: { resolve: ({ id }) => id },
    loadOne: (id, context) => deathActLoadersOf(context).acts.load(id),
    fields: (t) => ({
      databaseId: t.field({ type: 'UUID', nullable: false, resolve: ({ id }) => id }),
      ...Object.fromEntries(
        ACT_TEXTS.map((name) => [
          fieldOf(name),
          t.string({ nullable: true, ...(NUMBERS.includes(name) ? MASKED : PLAIN), resolve: (row) => row[name] }),
        ]),
      ),
      arRegDate: t.field({ type: 'DateTime', resolve: ({ ar_reg_date }) => ar_reg_date }),
      opDate: t.field({ type: 'DateTime', resolve: ({ op_date }) => op_date }),
      isRestore: t.int({ resolve: ({ is_restore }) => is_restore }),
      operation: t.field({ type: operation, nullable: false, resolve: operationOf }),
      birthDay: t.field({
        ...{ type: 'Date', description: 'dateBirth, if it is a complete date.' },
        resolve: ({ date_birth }) => readDay(date_birth),
      }),
      deathDay: t.field({
        ...{ type: 'Date', description: 'dateDeath, if it is a complete date.' },
        resolve: ({ date_death }) => readDay(date_death),
      }),
      docSeizes: t.field({
        type: 'JSON',
        nullable: false,
        description: "Documents seized with it, with the register's field names.",
        ...UNFORESEEN,
        resolve: ({ doc_seizes }) => doc_seizes,
      }),
    }),
  })
  builder.queryField('dracsDeathAct', (t) =>
    t.field({
      type: act,
      extensions: guarded(PERSON_ACCESS, 'dracs_death_act'),
      args: { id: t.arg.id({ required: true }) },
      resolve: async (_root, { id }, context) => {
        const found = await deathActLoadersOf(context).acts.load(idOf('DracsDeathAct', id))
        if (found === undefined) throw notFound('Act of death not found')
        return found
      },
    }),
  )
  return act
}
