/** Measures operations by kind and first root field of the schema: names chosen by clients never become labels. */
import {
  type DocumentNode,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { ApiMeter } from '../../observability/api-metrics.ts'
import type { GraphqlContext } from './context.ts'
import { isOurFault } from './errors.ts'

interface Executed {
  readonly schema: GraphQLSchema
  readonly document: DocumentNode
  readonly operationName?: string | null | undefined
}

/** Measures every execution. */
export function meterPlugin(meter: ApiMeter, schema: GraphQLSchema): Plugin<GraphqlContext> {
  for (const kind of Object.values(OperationTypeNode))
    for (const field of Object.keys(schema.getRootType(kind)?.getFields() ?? {})) meter.expectOperations(kind, field)
  const begin = (args: Executed) => {
    const began = performance.now()
    const { kind, field } = operationOf(args)
    return (result: unknown) =>
      meter.operation({ kind, field, outcome: outcomeOf(result), milliseconds: performance.now() - began })
  }
  return {
    onExecute({ args }) {
      const end = begin(args)
      return { onExecuteDone: ({ result }) => end(result) }
    },
    onSubscribe({ args }) {
      const end = begin(args)
      return { onSubscribeResult: ({ result }) => end(result) }
    },
  }
}

function operationOf({ schema, document, operationName }: Executed): { kind: string; field: string } {
  const operation = getOperationAST(document, operationName)
  if (operation === null || operation === undefined) return { kind: 'none', field: 'none' }
  const name = firstField(document, operation.selectionSet)
  const known = schema.getRootType(operation.operation)?.getFields() ?? {}
  // Names with two leading underscores belong to GraphQL itself.
  const field = name !== undefined && Object.hasOwn(known, name) ? name : 'introspection'
  return { kind: operation.operation, field }
}

function firstField(document: DocumentNode, { selections }: SelectionSetNode): string | undefined {
  const [first] = selections
  switch (first?.kind) {
    case Kind.FIELD:
      return first.name.value
    case Kind.INLINE_FRAGMENT:
      return firstField(document, first.selectionSet)
    case Kind.FRAGMENT_SPREAD: {
      const { value } = first.name
      const fragment = document.definitions.find(
        (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === value,
      )
      return fragment?.kind === Kind.FRAGMENT_DEFINITION ? firstField(document, fragment.selectionSet) : undefined
    }
    case undefined:
      return undefined
  }
}

function outcomeOf(result: unknown): 'ok' | 'refused' | 'failed' {
  const errors: unknown = Reflect.get(Object(result), 'errors')
  if (!Array.isArray(errors) || errors.length === 0) return 'ok'
  return errors.some(isOurFault) ? 'failed' : 'refused'
}
