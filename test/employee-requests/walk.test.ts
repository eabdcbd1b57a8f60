import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bareEnvironment } from '../cli/zvirka.ts'
import { readDocument } from '../docs/markdown.ts'
import type { Command } from '../processes/command.ts'
import { cloneProgram, type ProgramClone } from '../processes/program-clone.ts'
import { repository } from '../support/imports.ts'
import { shellPath } from '../support/shell-path.ts'
import { until } from '../support/until.ts'
import { openShell, type Shell } from './shell.ts'

const { text } = readDocument('docs/employee-requests.md')

/** Each block of commands, with its heading, and its answer where the document shows one. */
const BLOCKS = text.split(/^## /m).flatMap((section) => {
  const [heading = ''] = section.split('\n')
  return [...section.matchAll(/^```sh\n(.*?)^```\n(?:\n+```json\n(.*?)^```)?/gms)].map(([, block = '', answer]) => {
    return { heading, block, answer }
  })
})

let clone: ProgramClone
let shell: Shell

/** A token or the password, as the start prints it. */
function printed(out: string, before: string): string {
  return new RegExp(`^ *${before} +(\\S+)`, 'm').exec(out)?.[1] ?? ''
}

/** Starts the program in the clone and waits until it has printed the demo's users. */
async function startDemo(): Promise<{ readonly start: Command; readonly url: string; readonly out: string }> {
  const start = clone.launch(['start'])
  const [, url = ''] = await start.untilSays(/health, metrics +(http:\/\/127\.0\.0\.1:\d+)\/health\/ready/)
  await start.untilSays(/demo people sign in with the password/)
  return { start, url, out: start.said.out }
}

let first: Command
beforeAll(async () => {
  clone = await cloneProgram()
  for (const part of ['bin', 'docs/sql.ts']) {
    await cp(join(repository, part), join(clone.directory, part), { recursive: true })
  }
  const { start, url, out } = await startDemo()
  first = start
  const bin = join(repository, 'node_modules', '.bin')
  shell = openShell(clone.directory, {
    ...bareEnvironment(),
    PATH: shellPath(join(repository, 'test/support/npx'), bin),
    API: url,
    NHS_TOKEN: printed(out, 'NHS ADMIN'),
    OWNER_TOKEN: printed(out, 'OWNER'),
    HR_TOKEN: printed(out, 'HR'),
    PASSWORD: printed(out, 'demo people sign in with the password'),
  })
})
afterAll(async () => {
  await shell?.close()
  await clone?.remove()
})

describe('docs/employee-requests.md', () => {
  test('was read completely', () => {
    expect(BLOCKS.length).toBe([...text.matchAll(/^```sh$/gm)].length)
    expect(BLOCKS.filter(({ answer }) => answer !== undefined).length).toBe([...text.matchAll(/^```json$/gm)].length)
    expect(BLOCKS.length).toBeGreaterThan(15)
  })

  test.each(BLOCKS.map((block, place) => ({ ...block, place: place + 1 })))(
    'is right: block $place, $heading',
    async ({ block, answer }) => {
      const { out, err, code } = await shell.run(block)
      expect(code, err).toBe(0)
      if (answer !== undefined) expect(JSON.parse(out)).toMatchObject(JSON.parse(answer))
    },
  )

  test('is not undone by the next start: approvals stay, and the owner’s token is the successor’s', async () => {
    first.signal('SIGINT')
    expect(await first.ended).toMatchObject({ code: 0 })
    const { url, out } = await startDemo()
    // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect
    const ask = async (path: string, role: string): Promise<any> =>
      (await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${printed(out, role)}` } })).json()
    expect(await ask('/api/employee_requests?status=APPROVED', 'OWNER')).toMatchObject({
      data: expect.arrayContaining([expect.objectContaining({ employee_type: 'OWNER', last_name: 'Савченко' })]),
    })
    const owners = `select from prm.employees where employee_type = 'OWNER' and is_active and legal_entity_id = '$CLINIC'`
    const { out: rows } = await shell.run(`sql "${owners}"`)
    expect(JSON.parse(rows)).toHaveLength(1)
    // Without any command: the demo's runs have checked the last approved party with every registry.
    const { out: parties } = await shell.run(`sql "select id from prm.parties where tax_id = '2986833990'"`)
    const [{ id }] = JSON.parse(parties)
    await until('the registries to have answered', async () => {
      const { details } = (await ask(`/api/parties/${id}/verification`, 'NHS ADMIN')).data
      const found = ['drfo', 'mvs_passport', 'dms_passport'].map((stream) => details[stream].verification_status)
      return found.every((status) => status === 'VERIFIED')
    })
  })
})
