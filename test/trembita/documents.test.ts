/** The documents on connecting, English and Ukrainian, match the code: every setting, and every failure with its remedy. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { declaration } from '../../src/config/declaration.ts'
import { settingsOf } from '../../src/config/setting.ts'
import { CALL_FAILURES } from '../../src/messages/call-failures.ts'
import { COMMAND_MESSAGES } from '../../src/messages/command-messages.ts'
import { adviceFor } from '../../src/trembita/advice.ts'

const repository = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, repository), 'utf8')
const documents = { en: read('docs/trembita.md'), uk: read('docs/trembita.uk.md') }

/** The quoted error codes in a folder's sources, by the words before them. */
function codesIn(folder: string): string[] {
  return readdirSync(new URL(folder, repository))
    .filter((name) => name.endsWith('.ts') && name !== 'advice.ts')
    .flatMap((name) => [
      ...read(`${folder}/${name}`).matchAll(
        /(?:\b(?:error|failed|unless200|noteCause\(error,|code:|return|[A-Z][A-Z0-9_]+:)| \?| :|\/[im]*,\n?)\(? *'([a-z][a-z0-9_-]+)'/g,
      ),
    ])
    .map(([, code = '']) => code)
}

describe.each(['en', 'uk'] as const)('docs/trembita (%s)', (language) => {
  test('names every setting of Trembita', () => {
    const names = settingsOf(declaration.trembita).map(({ name }) => name)
    expect(names.length).toBeGreaterThan(40)
    expect(names.filter((name) => !documents[language].includes(`\`${name}\``))).toEqual([])
  })

  test('names no unknown setting', () => {
    const known = settingsOf(declaration.trembita).map(({ name }) => name)
    const named = [...documents[language].matchAll(/TREMBITA_[A-Z_]+[A-Z]\b(?![_*<])/g)].map(([name]) => name)
    expect(named.filter((name) => !known.includes(name))).toEqual([])
  })

  test('has a row for every failure, with the texts and in the order of the catalogue', () => {
    const said = language === 'en' ? 0 : 1
    const rows = CALL_FAILURES.map(({ pattern, means, todo }) => `| \`${pattern}\` | ${means[said]} | ${todo[said]} |`)
    expect(documents[language]).toContain(`\n${rows.join('\n')}\n`)
  })
})

describe('the advice', () => {
  test('has a row for every failure code of the client', () => {
    const codes = new Set([...codesIn('src/trembita'), ...codesIn('src/registries')])
    for (const code of [
      'timeout',
      'tls_error',
      'tls_server_expired',
      'tls_client_refused',
      'tls_closed',
      'length_unclear',
      'malformed_multipart',
      'other_version',
      'oversized',
      'other_request',
      'status_-1',
      'info_ambiguous',
      'unsendable',
    ]) {
      expect(codes).toContain(code)
    }
    const words = ['service', 'subject', 'service_error', 'subject_error', 'malformed', 'element', 'answers']
    const ours = new Set(['closed', 'aborted', ...words])
    const without = [...codes].filter(
      (code) => !ours.has(code) && !(code in COMMAND_MESSAGES) && adviceFor(code).pattern === '*',
    )
    expect(without).toEqual([])
  })

  test('has a row for every fault of a security server', () => {
    const folder = 'simulator/security-server'
    const sources = readdirSync(new URL(folder, repository)).map((name) => read(`${folder}/${name}`))
    const codes = sources.flatMap((source) =>
      [...source.matchAll(/'((?:Client|Server)\.[A-Za-z.]+)'/g)].map(([, code = '']) => code),
    )
    expect(new Set(codes).size).toBeGreaterThanOrEqual(14)
    for (const code of codes) expect(adviceFor(code).pattern).toBe(code)
  })

  test.each([
    ['http_204', 'http_2xx'],
    ['http_302', 'http_3xx'],
    ['http_404', 'http_4xx'],
    ['http_403', 'http_403'],
    ['http_101', 'http_*'],
    ['http_502', 'http_5xx'],
    ['http_999', 'http_*'],
    ['Client.SomethingNew', 'Client.*'],
    ['Server.ClientProxy.LoggingFailed.TimestamperFailed', 'Server.ClientProxy.*'],
    ['Server.ServerProxy.ServiceFailed.InvalidSoap', 'Server.ServerProxy.ServiceFailed*'],
    ['Server.ServerProxy.ServiceFailed.SslAuthenticationFailed', 'Server.ServerProxy.ServiceFailed*'],
    ['Server.ClientProxy.ServiceFailed.NetworkError', 'Server.ClientProxy.ServiceFailed*'],
    ['Server.ServerProxy.ServiceDisabled', 'Server.ServerProxy.ServiceDisabled'],
    ['Server.ServerProxy.NetworkError', 'Server.ServerProxy.*'],
    ['Server.Other', 'Server.*'],
    ['Server', 'Server'],
    ['BadArguments', '*'],
    ['Other', '*'],
  ])('for %s is that of %s', (code, pattern) => {
    expect(adviceFor(code).pattern).toBe(pattern)
  })
})
