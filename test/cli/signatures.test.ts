/** Which signature service is used, by the settings. */
import { expect, test } from 'vitest'
import { openSignatures } from '../../src/cli/signatures-side.ts'
import { readSettings } from '../../src/config/settings.ts'

const modeOf = (environment: Record<string, string>, isDemo: boolean) =>
  openSignatures(readSettings(environment), isDemo).mode

test('nobody verifies signatures unless it is enabled', () => {
  expect([modeOf({}, false), modeOf({}, true)]).toEqual(['off', 'off'])
})

test('the configured service verifies them', () => {
  const http = { EMPLOYEE_REQUEST_SIGNED_CONTENT: 'http', SIGNATURE_SERVICE_URL: 'https://ds.example/' }
  expect([modeOf(http, false), modeOf(http, true)]).toEqual(['http', 'http'])
})

test('the stub that verifies nothing works only in a demo', () => {
  const nothing = { EMPLOYEE_REQUEST_SIGNED_CONTENT: 'structure-only' }
  expect(modeOf(nothing, true)).toBe('structure-only')
  expect(() => modeOf(nothing, false)).toThrow('verifies no signature and is for the demo only')
})
