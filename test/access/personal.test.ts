/** Personal data in an answer must declare its masking and, for the audit, whose data it is. */
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Builder, createBuilder, guarded, PLAIN, type Reads } from '../../src/api/graphql/builder.ts'
import { enforcePersonal } from '../../src/api/graphql/personal.ts'
import { addMessage } from '../../src/api/graphql/types/message.ts'
import { addPersons } from '../../src/api/graphql/types/person.ts'
import { addDocuments } from '../../src/api/graphql/types/persons-and-parties.ts'
import { addVerification } from '../../src/api/graphql/types/verification.ts'
import { toResponse } from '../../src/api/rest/personal.ts'
import { guardedRoute } from '../../src/api/rest/route.ts'
import { routes } from '../../src/api/rest/routes.ts'
import { ReadAudit } from '../../src/audit/audit.ts'

type Person = ReturnType<typeof addPersons>

function start(add: (builder: Builder, person: Person) => void): () => unknown {
  const builder = createBuilder()
  const people = { verification: addVerification(builder, addMessage(builder)), documents: addDocuments(builder) }
  add(builder, addPersons(builder, people))
  builder.mutationField('nothing', (t) =>
    t.boolean({ extensions: guarded('signed_in', 'nobody'), resolve: () => true }),
  )
  builder.subscriptionField('never', (t) =>
    t.boolean({
      extensions: guarded('signed_in', 'nobody'),
      async *subscribe() {},
      resolve: () => true,
    }),
  )
  return () => enforcePersonal(builder.toSchema())
}

const patient = (builder: Builder, reads: Reads) =>
  builder.queryField('patient', (t) =>
    t.field({
      type: builder.objectRef<{ readonly id: string }>('Patient').implement({
        fields: (f) => ({ nickname: f.string({ resolve: ({ id }) => id }) }),
      }),
      extensions: guarded('signed_in', reads),
      resolve: () => ({ id: 'a' }),
    }),
  )

describe('a schema is rejected at start if it has', () => {
  test('a personal text field that does not say whether it is masked', () => {
    const nickname = (said: object) =>
      start((builder, person) =>
        builder.objectField(person, 'nickname', (t) => t.string({ ...said, resolve: () => '2924500001' })),
      )
    expect(nickname({})).toThrow('Person.nickname')
    expect(nickname(PLAIN)).not.toThrow()
  })

  test('such a field in a type that another field reaches from a person', () => {
    expect(start((builder) => patient(builder, 'person'))).toThrow('Patient.nickname')
    expect(start((builder) => patient(builder, 'itself'))).toThrow('Patient.nickname')
  })

  test('a root field that does not say whose data it reads', () => {
    const silent = start((builder) =>
      builder.queryField('patients', (t) => t.int({ extensions: { access: { scopes: [] } }, resolve: () => 1 })),
    )
    expect(silent).toThrow('Query.patients')
  })

  test('a root field that claims to read nobody but leads to persons', () => {
    const lying = start((builder, person) =>
      builder.queryField('patient', (t) =>
        t.field({ type: person, extensions: guarded('signed_in', 'nobody'), resolve: () => null }),
      ),
    )
    expect(lying).toThrow('Query.patient')
  })

  test('a stream of persons, whose end nothing would record', () => {
    const stream = start((builder, person) =>
      builder.subscriptionField('patients', (t) =>
        t.field({
          type: person,
          extensions: guarded('signed_in', 'person'),
          async *subscribe() {},
          resolve: () => null,
        }),
      ),
    )
    expect(stream).toThrow('Subscription.patients')
  })
})

describe('a route', () => {
  const route = {
    ...{ method: 'GET', path: '/api/patients', summary: 'Patients', tag: 'Persons', access: { scopes: [] } },
    handle: async () => ({ data: {} }),
  } as const

  test('that does not say whose data it returns prevents the start', () => {
    // @ts-expect-error: nor does it compile
    expect(() => guardedRoute({ ...route, data: z.object({}) })).toThrow('GET /api/patients')
  })

  test('that reads somebody’s data answers nothing if it does not say whose', () => {
    const [known] = routes.filter((each) => each.access !== 'public' && each.personal !== 'nobody')
    if (known === undefined || known.access === 'public') throw new Error('no route reads anybody')
    const principal = { clientType: 'NHS', scopes: new Set<string>(), isMasked: true, isMaskedByScope: true }
    const asked = () => toResponse(known, { data: {} }, { principal, reads: new ReadAudit() })
    expect(asked).toThrow('does not tell whose data')
  })
})
