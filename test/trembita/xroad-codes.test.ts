/**
 * Every code with which a security server may refuse a message, in both spellings: X-Road 6 and 7 (`OutdatedGlobalConf`), and 8
 * (`global_conf_outdated`).
 */
import { describe, expect, test } from 'vitest'
import { CALL_FAILURES } from '../../src/messages/call-failures.ts'
import { adviceFor, labelOf } from '../../src/trembita/advice.ts'
import { normaliseFaultCode, whoseFault } from '../../src/trembita/faults.ts'

/** As X-Road's sources define them; those for keys and certificates come from the signer of a security server. */
const CODES = [
  ...['IOError', 'NetworkError', 'InternalError', 'BadRequest', 'NotFound', 'HttpError', 'DatabaseError'],
  ...['InvalidResponse', 'InvalidRequest', 'CannotCreateSignature', 'CertValidation', 'MissingValidationInfo'],
  ...['IncorrectValidationInfo', 'CannotCreateCertPath', 'CertValidityTime', 'IncorrectCertificate'],
  ...['UnsupportedAlgorithm', 'InvalidSignatureValue', 'MalformedSignature', 'InvalidXml', 'InvalidReference'],
  ...['InvalidCertPath', 'SignatureVerification', 'MalformedSoap', 'TimestampValidation', 'SslAuthenticationFailed'],
  ...['LoggingFailed', 'TimestampingFailed', 'InvalidContentType', 'InvalidSoapAction', 'InvalidHttpMethod'],
  ...['InvalidMessage', 'InvalidSecurityServer', 'MimeParsingFailed', 'MissingHeader', 'MissingHeaderField'],
  ...['DuplicateHeaderField', 'MissingBody', 'InvalidBody', 'InconsistentHeaders', 'InconsistentResponse'],
  ...['MissingSoap', 'InvalidSoap', 'AccessDenied', 'ServiceDisabled', 'MissingSignature', 'UnknownService'],
  ...['InvalidProtocolVersion', 'InvalidClientIdentifier', 'ClientProxyVersionNotSupported', 'UnknownMember'],
  ...['MalformedServerConf', 'MalformedKeyConf', 'MalformedGlobalConf', 'OutdatedGlobalConf', 'ServiceMissingUrl'],
  ...['ServiceMalformedUrl', 'AdapterWsdlNotFound', 'MaintenanceMode', 'UnknownHost', 'KeyNotFound', 'KeyNotAvailable'],
  ...['CertNotFound', 'TokenNotFound', 'TokenNotActive', 'TokenNotInitialized', 'TokenNotAvailable', 'CannotSign'],
  ...['CannotFindMember', 'TimestamperFailed', 'OcspFailed'],
]

/** Those that X-Road 8 has renamed, not only respelt. */
const RENAMED: Readonly<Record<string, string>> = { OutdatedGlobalConf: 'global_conf_outdated', IOError: 'io_error' }

const newer = (code: string) =>
  RENAMED[code] ?? code.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toLowerCase()

describe.each(CODES)('%s', (code) => {
  test.each(['Client', 'Server.ClientProxy', 'Server.ServerProxy', 'Server.ServerProxy.ServiceFailed'])(
    'of %s is read alike in both spellings, is a service error, and has advice for its side',
    (place) => {
      const [older, newest] = [`${place}.${code}`, `${newer(place)}.${newer(code)}`]
      expect(normaliseFaultCode(newest)).toBe(normaliseFaultCode(older))
      expect([whoseFault(older), whoseFault(newest)]).toEqual(['service', 'service'])
      const { pattern } = adviceFor(normaliseFaultCode(newest))
      // The general row of the place, or a more specific one.
      expect(pattern.startsWith(place)).toBe(true)
      expect(pattern).not.toBe('Server.*')
    },
  )
})

test('what only the registry can fix is never called a problem of our certificate', () => {
  const { todo } = adviceFor('Server.ServerProxy.ServiceFailed.SslAuthenticationFailed')
  expect(todo.join()).not.toContain('TREMBITA_TLS_CERT')
  expect(adviceFor('Server.ClientProxy.SslAuthenticationFailed').todo.join()).toContain('TREMBITA_TLS_CERT')
})

test('a registry’s fault about one person is not taken for our security server’s', () => {
  expect(adviceFor('Client.ValidationError', 'subject').pattern).toBe('Client')
  expect(adviceFor('Client.ValidationError', 'service').pattern).toBe('Client.*')
})

test('codes invented by others are counted under the patterns that they match: metric labels stay few', () => {
  const letters = (n: number) => [...String(n)].map((digit) => String.fromCharCode(65 + Number(digit))).join('')
  const families = ['Server.ServerProxy.', 'Server.ClientProxy.', 'Client.', 'Server.', '']
  const labels = new Set(
    Array.from({ length: 2000 }, (_, n) =>
      labelOf(normaliseFaultCode(`${families[n % families.length]}${letters(n)}`)),
    ),
  )
  expect(labels.size).toBeLessThanOrEqual(CALL_FAILURES.length)
  expect(labelOf('Server.ServerProxy.AccessDenied')).toBe('Server.ServerProxy.AccessDenied')
})
