/** What a shell and a program do with a demo's API, using the printed tokens and the examples of the documents. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { GraphQLClient } from 'graphql-request'
import { createClient } from 'graphql-sse'
import { expect } from 'vitest'
import { readDocument } from '../docs/markdown.ts'
import { repository } from '../support/imports.ts'
import { shellPath } from '../support/shell-path.ts'
import type { Command } from './command.ts'

const run = promisify(execFile)

/** The tokens that a start printed, by role. */
export function printedTokens({ said }: Command): Readonly<Record<string, string>> {
  const [, list = ''] = said.out.split('demo tokens (Authorization: Bearer …)\n')
  const lines = [...list.matchAll(/^ {2}(\S.*?) {2,}(zvirka_\S{43})$/gm)]
  return Object.fromEntries(lines.map(([, role = '', value = '']) => [role, value]))
}

/** The block of a document that begins with this text. */
function blockOf(document: string, language: string, beginning: string): string {
  const { text } = readDocument(document)
  const blocks = [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, block = '']) => block,
  )
  return blocks.find((block) => block.startsWith(beginning)) ?? ''
}

/** Fails unless the commands of the READMEs work as described. */
export async function runReadme(url: string, token: string): Promise<void> {
  for (const document of ['README.md', 'README.uk.md']) {
    const commands = blockOf(document, 'sh', 'API=http://127.0.0.1:4000')
      .replace('http://127.0.0.1:4000', url)
      .replace('TOKEN=…', `TOKEN=${token}`)
    const { stdout } = await run('sh', ['-c', commands.replaceAll(/^(curl.*)$/gm, '$1; echo')], {
      env: { ...process.env, PATH: shellPath() },
    })
    const [graphql, rest] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(graphql.data.persons.nodes).toHaveLength(2)
    expect(graphql.data.persons.nodes[0]).toMatchObject({ verificationStatus: 'CHANGES_NEEDED' })
    const idsOf = (list: Record<string, string>[], name: string) => list.map((each) => each[name])
    expect(idsOf(rest.data, 'person_id')).toEqual(idsOf(graphql.data.persons.nodes, 'databaseId'))
  }
}

/** Fails unless the program of docs/api.md works as described. */
export async function runProgram(url: string, token: string): Promise<void> {
  const program = blockOf('docs/api.md', 'js', 'import { gql, GraphQLClient }')
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], {
    ...{ cwd: repository, env: { ...process.env, API: url, NHS_TOKEN: token } },
  })
  const [why, reason, ...progress] = stdout.trim().split('\n')
  expect(why).not.toBe('')
  expect(reason).toBe('ONLINE_TRIGGERED')
  expect(progress.join(' ')).toMatch(/process: '[a-z_]+\/(person|party)',\s+state: '(RUNNING|FINISHED)'/)
}

/** Fails unless each role's token allows what it is for, and the demo's data show it. */
export async function useRoles(url: string, tokens: Readonly<Record<string, string>>): Promise<void> {
  const clientOf = (role: string) =>
    new GraphQLClient(`${url}/graphql`, { headers: { authorization: `Bearer ${tokens[role]}` } })
  const seen = await clientOf('NHS OPERATOR').request<{
    verificationProcesses: { schedule: string; nextTick: string }[]
    __schema: { types: { name: string }[] }
  }>('{ verificationProcesses { schedule nextTick } __schema { types { name } } }')
  expect(seen.verificationProcesses.map(({ schedule }) => schedule)).toEqual(Array(9).fill('* * * * *'))
  for (const { nextTick } of seen.verificationProcesses)
    expect(new Date(nextTick).getTime() - Date.now()).toBeLessThan(61_000)
  expect(seen.__schema.types.map(({ name }) => name)).toContain('UnzrInfo')

  const found = await clientOf('NHS VERIFIER').request<{ persons: { nodes: { id: string; unzr: string | null }[] } }>(
    '{ persons(first: 50, filter: { unzrVerificationStatus: NOT_VERIFIED }) { nodes { id unzr } } }',
  )
  // If a UNZR was ill-formed, the person has none left.
  const { unzr } = found.persons.nodes.find((each) => each.unzr !== null) ?? {}
  const asked = await clientOf('NHS VERIFIER').request<{ syncUnzrInfoRegister: { unzrInfo: { jobStatus: string } } }>(
    'mutation ($unzr: String!) { syncUnzrInfoRegister(input: { unzr: $unzr }) { unzrInfo { jobStatus } } }',
    { unzr },
  )
  expect(asked.syncUnzrInfoRegister.unzrInfo.jobStatus).toBe('pending')

  const audit = await clientOf('NHS AUDITOR').request<{ audit: { nodes: { operation: string }[] } }>(
    '{ audit(first: 100) { nodes { operation } } }',
  )
  expect(audit.audit.nodes.map(({ operation }) => operation)).toContain('Mutation.syncUnzrInfoRegister')

  const { verificationRuns } = await clientOf('NHS OPERATOR').request<{
    verificationRuns: { nodes: { id: string }[] }
  }>('{ verificationRuns(first: 1, orderBy: INSERTED_AT_ASC) { nodes { id } } }')
  const events = createClient({
    url: `${url}/graphql`,
    headers: { authorization: `Bearer ${tokens['NHS OPERATOR']}` },
  })
  const progress = events.iterate<{ verificationRunProgress: { state: string } }>({
    query: 'subscription ($id: ID!) { verificationRunProgress(id: $id) { state } }',
    variables: { id: verificationRuns.nodes[0]?.id },
  })
  // The oldest run is over: the stream says so and ends.
  const states = []
  for await (const { data } of progress) states.push(data?.verificationRunProgress.state)
  expect(states).toEqual(['FINISHED'])

  const statusOf = async (role: string, path: string) => {
    const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${tokens[role]}` } })
    return response.status
  }
  expect(await statusOf('PLATFORM', '/api/events')).toBe(200)
  expect(await statusOf('OWNER', '/api/parties/verifications')).toBe(200)
  expect(await statusOf('OWNER', '/api/events')).toBe(403)
  await expect(clientOf('OWNER').request('{ persons { totalCount } }')).rejects.toThrow(/Your scope does not allow/)
}
