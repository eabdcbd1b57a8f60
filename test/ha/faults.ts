/** Faults of a cluster under Patroni during a run, one for each round. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster, Place } from '../chaos/cluster.ts'
import { measureReturn } from '../chaos/faults.ts'
import type { Return } from '../chaos/histories.ts'
import { tell } from '../chaos/postgres.ts'
import { until } from '../support/until.ts'
import type { Node, Patroni } from './patroni.ts'

/** The faults of rounds. */
export const FAULTS = [
  'switchover',
  'primary killed',
  'primary cut off',
  'primary frozen',
  'synchronous standby frozen',
  'both standbys away',
] as const
export type Fault = (typeof FAULTS)[number]

/** When the fault began, and when the new primary acknowledged its first commit. */
export interface Times {
  readonly began: number
  readonly back: number
}

/** Each poll connects to every node, so it is not more frequent. */
const LOOK_MS = 200
/** How long a failed node stays down after the database is back. */
const BEYOND_SECONDS = 8

/** Causes the fault, waits until the database accepts commits and every worker works, and repairs what was broken. */
export async function commit(
  cluster: Cluster<Patroni>,
  others: readonly Place[],
  fault: Fault,
  returns: Return[],
): Promise<Times> {
  const { servers } = cluster
  const primary = await servers.leader()
  const places = [...cluster.places, ...others]
  const began = Date.now()
  cluster.databaseAway.set(true)
  const repair = await begin(servers, places, primary, fault)
  const isNew = fault !== 'synchronous standby frozen' && fault !== 'both standbys away'
  await until(
    'a primary that keeps commits',
    async () => {
      await delay(LOOK_MS)
      const nodes = servers.nodes.filter((node) => (node === primary) !== isNew)
      return (await Promise.all(nodes.map(keepsCommits))).includes(true)
    },
    180,
  )
  const back = Date.now()
  cluster.databaseAway.set(false)
  await measureReturn(cluster, returns)
  await delay(BEYOND_SECONDS * 1000)
  await repair()
  await servers.untilWhole()
  return { began, back }
}

async function begin(
  servers: Patroni,
  places: readonly Place[],
  primary: Node,
  fault: Fault,
): Promise<() => Promise<unknown>> {
  switch (fault) {
    case 'switchover':
      await servers.switchover(primary)
      return async () => undefined
    case 'primary killed':
      await primary.kill()
      return async () => primary.start()
    case 'primary cut off':
      await setLinks(servers, places, primary, 'silent')
      return () => setLinks(servers, places, primary, 'passing')
    case 'primary frozen':
      await primary.freeze()
      return () => primary.thaw()
    case 'synchronous standby frozen': {
      const standby = await servers.synchronousStandby()
      await standby.freeze()
      return () => standby.thaw()
    }
    case 'both standbys away': {
      const standbys = servers.nodes.filter((node) => node !== primary)
      await Promise.all(standbys.map((node) => node.kill()))
      return async () => {
        for (const node of standbys) node.start()
      }
    }
  }
}

/** Disconnects a node from the other nodes, etcd and all database clients, or reconnects it. */
async function setLinks(servers: Patroni, places: readonly Place[], node: Node, mode: 'silent' | 'passing') {
  const index = servers.nodes.indexOf(node)
  await Promise.all([node.setLink(mode), ...places.map(({ databases }) => databases[index]?.set(mode))])
}

/** Whether a node is the primary and acknowledges a commit. */
async function keepsCommits(node: Node): Promise<boolean> {
  const kept = tell(node.adminUrl, `select pg_logical_emit_message(true, 'ha', '')`).then(
    () => true,
    () => false,
  )
  return Promise.race([kept, delay(1000, false)])
}
