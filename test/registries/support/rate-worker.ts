/**
 * A worker in its own process that calls as fast as the shared limit allows. Sends the times of its calls, in ms since 1970, and the share
 * of the time in which a plain timer of a millisecond ran beside them: how much the machine let this process run.
 */
import { openDatabase } from '../../../src/database/database.ts'
import { createRateLimiter } from '../../../src/registries/rate-limit.ts'

const [, , url = '', service = '', rate = '', milliseconds = ''] = process.argv
const database = openDatabase({ url, role: 'zvirka_app', applicationName: 'rate test', max: 2 })
const limiter = createRateLimiter(database, service, Number(rate))
const end = AbortSignal.timeout(Number(milliseconds))
const times: number[] = []
let ticks = 0
const timer = setInterval(() => {
  ticks += 1
}, 1)

async function call(): Promise<void> {
  while (await limiter.take([end])) times.push(performance.timeOrigin + performance.now())
}

await Promise.all(Array.from({ length: 16 }, call))
clearInterval(timer)
await database.close()
process.send?.({ times, share: Math.min(1, ticks / Number(milliseconds)) })
process.disconnect()
