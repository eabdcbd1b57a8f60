import type { Executor, Query } from '../../src/database/query.ts'

interface Node {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Shared Hit Blocks': number
  readonly 'Shared Read Blocks': number
  readonly Plans?: readonly Node[]
}

// Worker batches are few, however large the rest is.
function isReadWhole(node: Node): boolean {
  return node['Node Type'] === 'Seq Scan' && node['Relation Name'] !== 'claim_batches'
}

/** The cost of running a statement: the pages that it touches, and the tables that it scans. */
export async function costOf(executor: Executor, { text, values = [] }: Query) {
  const [row] = await executor.query<{ 'QUERY PLAN': readonly { readonly Plan: Node }[] }>({
    text: `explain (analyze, buffers, format json) ${text}`,
    values,
  })
  const plan = row?.['QUERY PLAN'][0]?.Plan
  if (plan === undefined) throw new Error('no plan')
  const nodes = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodes)]
  const wholly = nodes(plan).flatMap((node) => (isReadWhole(node) ? [node['Relation Name']] : []))
  return { buffers: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'], wholly }
}
