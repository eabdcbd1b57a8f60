/** The cost of an operation: how many values its answer may contain, if every list is as long as requested. */
import { type DocumentNode, type GraphQLSchema, getNamedType, getNullableType, isListType } from 'graphql'
import { type ComplexityEstimator, getComplexity } from 'graphql-query-complexity'
import { MAX_PAGE_SIZE, PAGE_SIZE } from './types/connections.ts'

/** An operation before its execution. */
interface CostedOperation {
  readonly schema: GraphQLSchema
  readonly document: DocumentNode
  readonly variableValues?: Readonly<Record<string, unknown>> | null | undefined
  readonly operationName?: string | null | undefined
}

/** The assumed length of lists without a requested length: documents, phones, employees, processes. */
const USUAL_LENGTH = 5
/** An object that is found by id may need its own query. */
const COST_OF_ID = 10

/** Computes the cost. Throws a GraphQLError for invalid variables, as execution would. */
export function costOf({ schema, document, variableValues, operationName }: CostedOperation): number {
  return getComplexity({
    ...{ schema, query: document, estimators: [estimate], variables: { ...variableValues } },
    ...(operationName == null ? {} : { operationName }),
  })
}

const estimate: ComplexityEstimator = ({ type: parent, field, args, childComplexity }) => {
  const ids = [args['id'], args['ids']].flat().filter((id) => typeof id === 'string').length
  return 1 + COST_OF_ID * ids + childComplexity * lengthOf(parent.name, field.type, args)
}

function lengthOf(parent: string, type: unknown, args: Readonly<Record<string, unknown>>): number {
  const { ids, first, last } = args
  if (Array.isArray(ids)) return ids.length
  if (isConnection(getNamedType(type as Parameters<typeof getNamedType>[0])?.name)) {
    return Math.max(0, Math.min(MAX_PAGE_SIZE, Number(last ?? first ?? PAGE_SIZE)))
  }
  // The length of a connection's lists was counted with the connection.
  if (isConnection(parent)) return 1
  return isListType(getNullableType(type as Parameters<typeof getNullableType>[0])) ? USUAL_LENGTH : 1
}

function isConnection(name: string | undefined): boolean {
  return name?.endsWith('Connection') === true
}
