/** All processes, one after the other: the engine with in-process answers, and the bare SQL for the first one. */
import { getProcess, type SyncProcess } from '../src/synchronization/process.ts'
import { startCpu } from './cpu.ts'
import { type BenchServer, fill, fillParties, openBench, withPeople } from './database.ts'
import {
  answerAtOnce,
  answerDeathsAtOnce,
  answerDrfoAtOnce,
  answerUnzrAtOnce,
  isFound,
  measureEngine,
  type Pace,
} from './engine.ts'
import { measureBareSql } from './yardstick.ts'

/** Measures one process over this many subjects. */
export function measureProcess(server: BenchServer, process: SyncProcess, subjects: number): Promise<Pace> {
  const run = (url: string) => {
    if (process.stream === 'unzr') return measureEngine(url, subjects, answerUnzrAtOnce, process)
    if (process.stream === 'drfo') return measureEngine(url, subjects, answerDrfoAtOnce, process)
    return process.stream === 'dracs_death'
      ? measureEngine(url, subjects, answerDeathsAtOnce(), process)
      : measureEngine(url, subjects, answerAtOnce, process)
  }
  return withPeople(server, subjects, run, process.kind === 'person' ? fill : fillParties)
}

/** Benchmark D: the writes of dms_passport/person as bare SQL. */
export function measureYardstick(server: BenchServer, persons: number): Promise<Pace> {
  return withPeople(server, persons, async (url) => {
    const database = openBench(url)
    const cpuSince = await startCpu(database)
    const rate = await measureBareSql(database, isFound)
    const cpu = await cpuSince(persons)
    await database.close()
    return { rate, cpu }
  })
}

/** In the order in which results are printed. */
export const ALL: readonly SyncProcess[] = [
  getProcess('dms_passport/person'),
  getProcess('mvs_passport/person'),
  getProcess('unzr/person'),
  getProcess('dms_passport/party'),
  getProcess('mvs_passport/party'),
  getProcess('drfo/person'),
  getProcess('drfo/party'),
  getProcess('dracs_death/person'),
  getProcess('dracs_death/party'),
]
