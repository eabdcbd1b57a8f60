import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { connect } from '../../src/database/connection.ts'
import { embeddedUrl } from '../../src/database/embedded/share.ts'
import { migrateWithJobs } from '../../src/jobs/schema.ts'
import { unpackChromium } from './chromium.ts'
import { makeScratch } from './scratch.ts'
import { TEMPLATE_DATABASE } from './template.ts'
import { makeWide } from './wide.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the test server's socket. */
    socketDirectory: string
    /** Why the template database could not be migrated; empty if it was. */
    migrationFailure: string
  }
}

const START_TIMEOUT_MS = 60_000

async function firstLine(guardian: ChildProcess): Promise<string> {
  if (guardian.stdout === null) throw new Error('the guardian has no output')
  for await (const line of createInterface({ input: guardian.stdout })) return line
  throw new Error('the PostgreSQL of the tests did not start')
}

async function connectWhenReady(url: string) {
  const end = performance.now() + START_TIMEOUT_MS
  for (;;) {
    try {
      return await connect({ url, applicationName: 'global setup' })
    } catch (error) {
      if (performance.now() > end) throw error
      await delay(10)
    }
  }
}

async function makeTemplate(socketDirectory: string): Promise<string> {
  const client = await connectWhenReady(embeddedUrl(socketDirectory, 'postgres'))
  try {
    await client.query(`create database ${TEMPLATE_DATABASE}`)
    await migrateWithJobs(embeddedUrl(socketDirectory, TEMPLATE_DATABASE))
    await makeWide(embeddedUrl(socketDirectory, TEMPLATE_DATABASE))
    return ''
  } catch (error) {
    // Tests without a database should still run; the others show this.
    return error instanceof Error ? error.message : String(error)
  } finally {
    await client.end()
  }
}

/** Starts one PostgreSQL for the whole run and migrates the template that each test file copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const scratch = await makeScratch()
  process.env['TMPDIR'] = scratch
  // Commands started by tests are compiled once, not a thousand times: compiling is most of a short command's time.
  process.env['NODE_COMPILE_CACHE'] = join(scratch, 'compiled')
  // If that fails, the tests of pages report it themselves.
  const unpacked = unpackChromium().catch(() => undefined)
  const program = fileURLToPath(new URL('guardian.ts', import.meta.url))
  // In its own session: Ctrl-C must end the tests first and the server after them.
  const guardian = spawn(process.execPath, [program], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(guardian, 'exit')
  const socketDirectory = await firstLine(guardian)
  project.provide('migrationFailure', await makeTemplate(socketDirectory))
  project.provide('socketDirectory', socketDirectory)
  await unpacked
  return async () => {
    guardian.stdin?.end()
    await exited
    // A command killed by a test may still be writing.
    await rm(scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}
