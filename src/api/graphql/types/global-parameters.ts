/** Global parameters (spec 4.3, 6.3). */
import {
  type GlobalParameterRow,
  parameterChange,
  readGlobalParameters,
} from '../../../global-parameters/global-parameters.ts'
import type { Access } from '../../enforce.ts'
import { missingField } from '../../errors.ts'
import { changeGlobalParameters } from '../../global-parameters.ts'
import { validate } from '../../validate.ts'
import { type Builder, guarded } from '../builder.ts'

const READS: Access = { scopes: ['global_parameters:read'], isForNhs: true }
const WRITES: Access = { scopes: ['global_parameters:write'], isForNhs: true }

/** Adds the type, `globalParameters` and `updateGlobalParameters`. */
export function addGlobalParameters(builder: Builder): void {
  const parameter = addParameterType(builder)
  builder.queryField('globalParameters', (t) =>
    t.field({
      type: [parameter],
      nullable: false,
      description: 'All of them, by name.',
      extensions: guarded(READS, 'nobody'),
      resolve: (_root, _args, { database }) => readGlobalParameters(database),
    }),
  )
  const change = builder.inputType('GlobalParameterInput', {
    fields: (t) => ({ parameter: t.string({ required: true }), value: t.string({ required: true }) }),
  })
  const input = builder.inputType('UpdateGlobalParametersInput', {
    fields: (t) => ({ parameters: t.field({ type: [change], required: true }) }),
  })
  const payload = builder
    .objectRef<{ readonly globalParameters: GlobalParameterRow[] }>('UpdateGlobalParametersPayload')
    .implement({
      fields: (t) => ({
        globalParameters: t.field({
          type: [parameter],
          nullable: false,
          resolve: ({ globalParameters }) => globalParameters,
        }),
      }),
    })
  builder.mutationField('updateGlobalParameters', (t) =>
    t.field({
      type: payload,
      description: 'Changes the given parameters and adds new ones; others do not change.',
      extensions: guarded(WRITES, 'nobody'),
      args: { input: t.arg({ type: input, required: true }) },
      async resolve(_root, { input: { parameters } }, { database, actor }) {
        refuseBlank(parameters)
        const given = Object.fromEntries(parameters.map((each) => [each.parameter, each.value]))
        const read = validate(parameterChange, given, 'json_data_property')
        await changeGlobalParameters(database, actor, 'Mutation.updateGlobalParameters', read)
        return { globalParameters: await readGlobalParameters(database) }
      },
    }),
  )
}

function addParameterType(builder: Builder) {
  const parameter = builder.objectRef<GlobalParameterRow>('GlobalParameter')
  builder.node(parameter, {
    description: 'A parameter of the platform, such as adult_age.',
    extensions: guarded(READS, 'nobody'),
    brandLoadedObjects: true,
    id: { resolve: ({ id }) => id },
    loadOne: async (id, { database }) => (await readGlobalParameters(database)).find((row) => row.id === id),
    fields: (t) => ({
      databaseId: t.field({ type: 'UUID', nullable: false, resolve: ({ id }) => id }),
      parameter: t.exposeString('parameter', { nullable: false }),
      value: t.exposeString('value', { nullable: false }),
      updatedAt: t.expose('updated_at', { type: 'DateTime', nullable: false }),
      updatedBy: t.expose('updated_by', { type: 'UUID', nullable: false }),
    }),
  })
  return parameter
}

// Spec 4, the fourth of the common checks.
function refuseBlank(parameters: readonly { readonly parameter: string; readonly value: string }[]): void {
  if (parameters.length === 0) throw missingField('parameters')
  for (const { parameter, value } of parameters) {
    if (parameter.trim() === '') throw missingField('parameter')
    if (value.trim() === '') throw missingField('value')
  }
}
