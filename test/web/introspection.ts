/** The schema as a TypeScript type, from which the page's queries get theirs: `web/src/graphql/introspection.ts`. */
import { type GraphQLSchema, type IntrospectionType, type IntrospectionTypeRef, introspectionFromSchema } from 'graphql'

const HEAD = '// Written by `npm run schema:graphql` from the schema of the API. A test compares the two.\n'

/** The text of the file. */
export function introspectionText(schema: GraphQLSchema): string {
  const { __schema } = introspectionFromSchema(schema, { descriptions: false })
  const types = __schema.types
    .filter(({ name }) => !name.startsWith('__'))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((type) => `  ${type.name}: ${typeText(type)}`)
  return [
    HEAD,
    '/** The types of the schema, as gql.tada reads them. */',
    'export type Introspection = {',
    "  name: never; query: 'Query'; mutation: 'Mutation'; subscription: 'Subscription'",
    '  types: Types',
    '}\n',
    'interface Types {',
    ...types,
    '}\n',
  ].join('\n')
}

function typeText(type: IntrospectionType): string {
  switch (type.kind) {
    case 'SCALAR':
      return 'unknown'
    case 'ENUM':
      return `{ name: '${type.name}'; enumValues: ${type.enumValues.map(({ name }) => `'${name}'`).join(' | ')} }`
    case 'INPUT_OBJECT': {
      const fields = type.inputFields.map(({ name, type: of, defaultValue }) => {
        const value = defaultValue == null ? 'null' : JSON.stringify(defaultValue)
        return `{ name: '${name}'; type: ${refText(of)}; defaultValue: ${value} }`
      })
      return `{ kind: 'INPUT_OBJECT'; name: '${type.name}'; isOneOf: false; inputFields: [${fields.join(', ')}] }`
    }
    case 'UNION':
      return `{ kind: 'UNION'; name: '${type.name}'; fields: {}; possibleTypes: ${namesText(type.possibleTypes)} }`
    case 'OBJECT':
    case 'INTERFACE': {
      const fields = type.fields.map(({ name, type: of }) => `${name}: { name: '${name}'; type: ${refText(of)} }`)
      const possible = type.kind === 'INTERFACE' ? `; possibleTypes: ${namesText(type.possibleTypes)}` : ''
      return `{ kind: '${type.kind}'; name: '${type.name}'; fields: { ${fields.join('; ')} }${possible} }`
    }
  }
}

function namesText(types: readonly { readonly name: string }[]): string {
  return types.map(({ name }) => `'${name}'`).join(' | ')
}

function refText(type: IntrospectionTypeRef): string {
  return type.kind === 'LIST' || type.kind === 'NON_NULL'
    ? `{ kind: '${type.kind}'; name: never; ofType: ${refText(type.ofType as IntrospectionTypeRef)} }`
    : `{ kind: '${type.kind}'; name: '${type.name}'; ofType: null }`
}
