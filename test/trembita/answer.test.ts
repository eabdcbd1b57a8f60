import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { asUuid, type Reading, readAnswer } from '../../src/trembita/answer.ts'
import {
  answer,
  code,
  definition,
  envelope,
  fault11,
  fault12,
  header,
  headerBlocks,
  soap12,
  statusBody,
} from './support/messages.ts'

const id = '0c8ac7d4-2a92-4d4c-9c2c-94a3bb5b9b10'
const detailId = 'd8b1d4b2-6f1c-4b5e-8f58-0d1d5a9f3f6d'

function read(body: string | Uint8Array, status = 200, contentEncoding?: string): Reading {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  return readAnswer({ definition, id }, { status, contentEncoding, body: bytes })
}

const codeOf = (reading: Reading) => (reading.kind === 'error' ? reading.code : reading.kind)
const blocks = headerBlocks(id)
const with_ = (changed: Partial<typeof blocks>) =>
  envelope(Object.values({ ...blocks, ...changed }).join(''), statusBody('0'))

describe('an answer', () => {
  test.each([
    ['in SOAP 1.1', answer(id)],
    ['in SOAP 1.2, whichever was asked in', answer(id, statusBody('0'), soap12)],
    ['with headers in another order', envelope(Object.values(blocks).reverse().join(''), statusBody('0'))],
    [
      'with other prefixes',
      answer(id)
        .replaceAll('x:', 'road:')
        .replaceAll('i:', 'iden:')
        .replace('xmlns:x=', 'xmlns:road=')
        .replace('xmlns:i=', 'xmlns:iden='),
    ],
    ['without protocolVersion', with_({ protocolVersion: '' })],
    ['with another protocolVersion', with_({ protocolVersion: '<x:protocolVersion>4.9</x:protocolVersion>' })],
    [
      'with a requestHash of an unknown algorithm',
      with_({ protocolVersion: '<x:requestHash algorithmId="http://gost#34311">abc=</x:requestHash>' }),
    ],
    [
      'with headers nobody knows',
      with_({ protocolVersion: '<o:any xmlns:o="urn:o" s:mustUnderstand="1">x</o:any><id>other</id>' }),
    ],
    ['with white space everywhere', answer(id).replaceAll('><', '>\n  <').replace(`>${id}<`, `>\n${id} <`)],
    ['with a byte order mark and a declaration', `\ufeff<?xml version="1.0" encoding="UTF-8"?>${answer(id)}`],
    ['with comments in it', answer(id).replace(`>${id}<`, `><!-- a -->${id}<!-- b --><`)],
  ])('counts %s', (_what, body) => {
    expect(read(body)).toMatchObject({ kind: 'answer', wrapper: { local: `${code}Response` } })
  })

  test.each(['client', 'service', 'userId', 'id'] as const)(
    'does not count without %s, nor with it twice, nor out of its namespace',
    (name) => {
      expect(codeOf(read(with_({ [name]: '' })))).toBe('other_request')
      expect(codeOf(read(with_({ [name]: blocks[name] + blocks[name] })))).toBe('other_request')
      expect(codeOf(read(with_({ [name]: blocks[name].replaceAll(`x:${name}`, `i:${name}`) })))).toBe('other_request')
      expect(codeOf(read(with_({ [name]: blocks[name].replaceAll(`x:${name}`, name) })))).toBe('other_request')
    },
  )

  test.each([
    ['id', blocks.id.replace(id, detailId)],
    ['id', blocks.id.replace(id, id.toUpperCase())],
    ['id', blocks.id.replace(id, `<i:x>${id}</i:x>`)],
    ['userId', blocks.userId.replace('tester', 'Tester')],
    ['client', blocks.client.replace('42032422', '42032423')],
    ['client', blocks.client.replace('SUBSYSTEM', 'MEMBER')],
    ['client', blocks.client.replace('i:objectType', 'objectType')],
    ['service', blocks.service.replace(code, 'CheckPassportStatus')],
    ['service', blocks.service.replace('20_EIS_prod', '20_EIS_test')],
    ['service', blocks.service.replace('</x:service>', '<i:serviceVersion>v1</i:serviceVersion></x:service>')],
    ['service', blocks.service.replace('<i:memberClass>GOV</i:memberClass>', '')],
    ['service', blocks.service.replace('<i:memberClass>', '<i:memberClass>GOV</i:memberClass><i:memberClass>')],
    ['service', blocks.service.replaceAll('i:memberClass', 'x:memberClass')],
  ])('to another request is an error: %s is %s', (name, block) => {
    expect(codeOf(read(with_({ [name]: block })))).toBe('other_request')
  })

  test('compares the version where one was sent', () => {
    const versioned = { ...definition, service: { ...definition.service, serviceVersion: 'v2' } }
    const body = with_({
      service: blocks.service.replace('</x:service>', '<i:serviceVersion>v2</i:serviceVersion></x:service>'),
    })
    const response = (text: string) => ({ status: 200, contentEncoding: undefined, body: Buffer.from(text) })
    expect(readAnswer({ definition: versioned, id }, response(body)).kind).toBe('answer')
    expect(codeOf(readAnswer({ definition: versioned, id }, response(answer(id))))).toBe('other_request')
  })

  test.each([
    ['no header', envelope(undefined, statusBody('0')), 'other_request'],
    ['another wrapper', answer(id, statusBody('0').replaceAll(code, 'checkunzr')), 'other_wrapper'],
    ['the request sent back', answer(id, `<${code}/>`), 'other_wrapper'],
    ['two wrappers', answer(id, statusBody('0') + statusBody('0')), 'other_wrapper'],
    ['an empty body', answer(id, ''), 'other_wrapper'],
    ['two bodies', answer(id).replace('</s:Envelope>', '<s:Body/></s:Envelope>'), 'not_soap'],
    ['two headers', answer(id).replace('<s:Header>', '<s:Header/><s:Header>'), 'not_soap'],
    ['the header after the body', `<s:Envelope xmlns:s="${soap12}"><s:Body/><s:Header/></s:Envelope>`, 'not_soap'],
    ['an envelope of no SOAP', answer(id, statusBody('0'), 'urn:soap'), 'not_soap'],
    ['XML that is no envelope', '<ok/>', 'not_soap'],
    ['well-formed HTML', '<html><body>OK</body></html>', 'not_soap'],
    ['HTML', '<!DOCTYPE html><html><br></html>', 'doctype'],
    ['an entity trick', `<!DOCTYPE x [<!ENTITY s "0">]>${answer(id, statusBody('&s;'))}`, 'doctype'],
    ['plain text', 'OK', 'malformed_xml'],
    ['nothing', '', 'empty'],
    ['half of it', answer(id).slice(0, 700), 'malformed_xml'],
    ['too deep a body', answer(id, '<a>'.repeat(70) + '</a>'.repeat(70)), 'too_deep'],
    [
      'another encoding',
      Buffer.from(`<?xml version="1.0" encoding="windows-1251"?>${answer(id)}`, 'latin1'),
      'not_utf8',
    ],
  ])('is not %s', (_what, body, expected) => {
    expect(codeOf(read(body))).toBe(expected)
  })

  test('comes with HTTP 200 only', () => {
    for (const status of [201, 202, 204, 301, 302, 400, 404, 500, 502, 503]) {
      expect(codeOf(read(answer(id), status))).toBe(`http_${status}`)
      expect(codeOf(read('<html>Bad Gateway', status))).toBe(`http_${status}`)
      expect(codeOf(read('', status))).toBe(`http_${status}`)
    }
  })

  test('is not compressed, whatever the header says', () => {
    expect(codeOf(read(answer(id), 200, 'gzip'))).toBe('compressed')
    expect(codeOf(read(Buffer.from([0x1f, 0x8b, 8, 0]), 200))).toBe('not_utf8')
    expect(read(answer(id), 200, 'Identity').kind).toBe('answer')
  })

  test('never comes from a message with one character changed in what must be equal', () => {
    const whole = answer(id)
    const from = whole.indexOf('<x:client')
    const to = whole.indexOf('<x:protocolVersion')
    fc.assert(
      fc.property(fc.integer({ min: from, max: to - 1 }), fc.constantFrom('a', '0', '<', 'Z', '-'), (at, put) => {
        fc.pre(whole[at] !== put)
        const changed = read(whole.slice(0, at) + put + whole.slice(at + 1))
        expect(changed.kind).toBe('error')
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('a fault', () => {
  const detail = `<detail><x:faultDetail>${detailId}</x:faultDetail></detail>`

  test.each([200, 500, 502, 404])('is read with HTTP %i, in both shapes, with or without headers', (status) => {
    const expected = {
      kind: 'fault',
      fault: { code: 'Server.ClientProxy.NetworkError', whose: 'service', detail: detailId },
    }
    expect(read(envelope(undefined, fault11('s:Server.ClientProxy.NetworkError', detail)), status)).toEqual(expected)
    expect(read(envelope(header(id), fault11('Server.ClientProxy.NetworkError', detail)), status)).toEqual(expected)
    const shape12 = fault12('s:Receiver', 'Server.ClientProxy.NetworkError', detail.replaceAll('detail>', 's:Detail>'))
    expect(read(envelope(undefined, shape12, soap12), status)).toEqual(expected)
  })

  test('says nothing of its text, and nothing of a detail that is no UUID', () => {
    const reading = read(
      envelope(undefined, fault11('s:Client', '<detail><faultDetail>АА123456</faultDetail></detail>')),
    )
    expect(reading).toEqual({ kind: 'fault', fault: { code: 'Client', whose: 'subject', detail: undefined } })
  })

  test.each([
    ['s:Server', undefined, 'Server', 'service'],
    ['s:Receiver', undefined, 'Receiver', 'service'],
    ['s:Receiver', 'app:Broken', 'Broken', 'service'],
    ['s:Sender', undefined, 'Sender', 'subject'],
    ['s:Sender', 'app:BadNumber', 'BadNumber', 'subject'],
    ['s:Sender', 'Client.InvalidBody', 'Client.InvalidBody', 'service'],
    ['s:VersionMismatch', undefined, 'VersionMismatch', 'service'],
  ] as const)('of SOAP 1.2 with %s and %s is the %s of the %s', (value, subcode, expected, whose) => {
    expect(read(envelope(undefined, fault12(value, subcode), soap12))).toMatchObject({
      fault: { code: expected, whose },
    })
  })

  test('of another request is an error of the way, not of the question', () => {
    expect(codeOf(read(envelope(header(detailId), fault11('s:Client'))))).toBe('other_request')
  })

  test('without a code is the service’s error', () => {
    expect(codeOf(read(envelope(undefined, '<s:Fault/>')))).toBe('fault_without_code')
  })

  test('is none outside the namespace of the envelope, nor beside something else', () => {
    expect(codeOf(read(answer(id, '<Fault><faultcode>Client</faultcode></Fault>')))).toBe('other_wrapper')
    expect(codeOf(read(envelope(undefined, fault11('Client') + statusBody('0'))))).toBe('not_soap')
  })
})

test('only a UUID may be logged of what the other side calls an exchange', () => {
  expect(asUuid(detailId)).toBe(detailId)
  expect(asUuid('АА123456')).toBeUndefined()
  expect(asUuid('19900101-12345')).toBeUndefined()
  expect(asUuid(undefined)).toBeUndefined()
})
