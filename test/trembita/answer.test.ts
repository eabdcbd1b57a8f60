// Rules: spec 3.2.1, 3.2.2, 3.2.3, 3.2.4
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { reveal, Sensitive } from '../../src/privacy/sensitive.ts'
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

function read(body: string | Uint8Array, status = 200, contentEncoding?: string, contentType?: string): Reading {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  return readAnswer({ definition, id }, { status, contentEncoding, contentType, body: bytes })
}

const codeOf = (reading: Reading) => (reading.kind === 'error' ? reading.code : reading.kind)
const blocks = headerBlocks(id)
const with_ = (changed: Partial<typeof blocks>) =>
  envelope(Object.values({ ...blocks, ...changed }).join(''), statusBody('0'))

describe('an answer', () => {
  test.each([
    ['in SOAP 1.1', answer(id)],
    ['in SOAP 1.2, whatever the request was', answer(id, statusBody('0'), soap12)],
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
  ])('is accepted with %s', (_what, body) => {
    expect(read(body)).toMatchObject({ kind: 'answer', wrapper: { local: `${code}Response` } })
  })

  test.each(['client', 'service', 'userId', 'id'] as const)(
    'is not accepted without %s, nor with it twice, nor in another namespace',
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

  test('must have the version that was sent, if any', () => {
    const versioned = { ...definition, service: { ...definition.service, serviceVersion: 'v2' } }
    const body = with_({
      service: blocks.service.replace('</x:service>', '<i:serviceVersion>v2</i:serviceVersion></x:service>'),
    })
    const response = (text: string) => ({ status: 200, contentEncoding: undefined, body: Buffer.from(text) })
    expect(readAnswer({ definition: versioned, id }, response(body)).kind).toBe('answer')
    expect(codeOf(readAnswer({ definition: versioned, id }, response(answer(id))))).toBe('other_request')
  })

  test.each(['5.0', '3.1', 'xxx', '', '4', '4.', '4.x', '14.0', '4.0</x:protocolVersion><x:protocolVersion>4.0'])(
    'with the protocol version %j is an error, and nothing of it is used',
    (version) => {
      const protocolVersion = `<x:protocolVersion>${version}</x:protocolVersion>`
      expect(codeOf(read(with_({ protocolVersion })))).toBe('other_version')
    },
  )

  test.each([' 4.0 ', '4.1', '4.10'])('with the protocol version %j is accepted', (version) => {
    const protocolVersion = `<x:protocolVersion>${version}</x:protocolVersion>`
    expect(read(with_({ protocolVersion })).kind).toBe('answer')
  })

  test('with the configured version is accepted', () => {
    const older = { ...definition, protocolVersion: '3.1' }
    const body = Buffer.from(with_({ protocolVersion: '<x:protocolVersion>3.1</x:protocolVersion>' }))
    expect(readAnswer({ definition: older, id }, { status: 200, contentEncoding: undefined, body }).kind).toBe('answer')
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

  test('needs HTTP 200', () => {
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

  test('is never accepted with one character changed in what must be equal', () => {
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

describe('a proxy’s page that refuses our connection', () => {
  const nginx = (title: string) => `<html>\r\n<head><title>400 ${title}</title></head>\r\n<body>\r\n</body></html>\r\n`
  test.each([
    [400, nginx('No required SSL certificate was sent'), 'tls_client_refused'],
    [400, nginx('The SSL certificate error'), 'tls_client_refused'],
    [400, nginx('The plain HTTP request was sent to HTTPS port'), 'tls_expected'],
    [400, "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />", 'tls_expected'],
    [400, 'Client sent an HTTP request to an HTTPS server.\n', 'tls_expected'],
    [403, '<h2>HTTP Error 403.7 - The page requires a client certificate</h2>', 'tls_client_refused'],
    [496, '', 'tls_client_refused'],
    [400, nginx('Bad Request'), 'http_400'],
    [404, '', 'http_404'],
    [502, nginx('The SSL certificate error'), 'http_502'],
    [200, nginx('The SSL certificate error'), 'malformed_xml'],
  ])('with HTTP %i: %s', (status, page, code) => {
    expect(codeOf(read(page.replace('<head>', '<br><head>'), status))).toBe(code)
  })
})

describe('an answer with attachments', () => {
  const related = 'multipart/related; type="text/xml"; boundary="b-1"'
  const part = (content: string, ...headers: string[]) => ['--b-1', ...headers, '', content, ''].join('\r\n')
  const root = part(answer(id), 'Content-Type: text/xml; charset=UTF-8', 'Content-ID: <root@x>')
  const picture = part('\u0000\u0001<nothing', 'Content-Type: image/png', 'Content-ID: <picture@x>')
  const message = (body: string, type = related) => read(body, 200, undefined, type)

  test.each([
    ['the root part first', related, `${root}${picture}--b-1--\r\n`],
    ['another part first, and the root named', `${related}; start="<root@x>"`, `${picture}${root}--b-1--`],
    ['the root named without its brackets', `${related}; start=root@x`, `${picture}${root}--b-1--`],
    ['words before and after the parts', related, `hello --b-1\r\n${root}--b-1--\r\nbye`],
    ['line feeds alone', related, `${root}${picture}--b-1--\r\n`.replaceAll('\r\n', '\n')],
    ['no headers of the part', related, `--b-1\r\n\r\n${answer(id)}\r\n--b-1--`],
    ['blanks after the boundary', related, `${root.replace('--b-1', '--b-1 \t')}--b-1--`],
    ['names in capitals', 'Multipart/Related; BOUNDARY=b-1', `${root.replace('Content-ID', 'CONTENT-ID')}--b-1--`],
    ['a folded header', related, `${root.replace('; charset', ';\r\n charset')}--b-1--`],
    [
      'base64',
      related,
      `${part(Buffer.from(answer(id)).toString('base64').replaceAll(/.{76}/g, '$&\r\n'), 'Content-Transfer-Encoding: base64')}--b-1--`,
    ],
    [
      'quoted-printable',
      related,
      `${part(answer(id).replaceAll('=', '=3D').replace('<s:Body>', '=\r\n<s:Body>'), 'Content-Transfer-Encoding: Quoted-Printable')}--b-1--`,
    ],
    ['a type that is not true', related, answer(id)],
    ['a type without a boundary', 'multipart/related', answer(id)],
    ['a type that cannot be read', 'multipart/', answer(id)],
  ])('is read from its root part: %s', (_what, type, body) => {
    expect(message(body, type)).toMatchObject({ kind: 'answer', wrapper: { local: `${code}Response` } })
  })

  test('keeps its fault', () => {
    const fault = part(envelope(undefined, fault11('Server.ClientProxy.NetworkError')), 'Content-ID: <root@x>')
    for (const status of [200, 500]) {
      expect(read(`${fault}--b-1--`, status, undefined, related)).toMatchObject({
        fault: { code: 'Server.ClientProxy.NetworkError' },
      })
    }
  })

  test.each([
    ['the root is not there', `${related}; start="<other@x>"`, `${root}${picture}--b-1--`],
    ['the root is cut off', related, root.slice(0, -200)],
    ['there is no part', related, '--b-1--'],
    ['the root has no end of its head', related, '--b-1\r\nContent-Type: text/xml\r\n--b-1--'],
    [
      'the root is encoded in an unknown way',
      related,
      `${part(answer(id), 'Content-Transfer-Encoding: x-uuencode')}--b-1--`,
    ],
  ])('is an error if %s', (_what, type, body) => {
    expect(codeOf(message(body, type))).toBe('malformed_multipart')
    expect(codeOf(read(body, 500, undefined, type))).toBe('http_500')
  })

  test('is checked like any other', () => {
    expect(codeOf(message(`${part(answer(detailId))}--b-1--`))).toBe('other_request')
    expect(codeOf(message(`${part('<html><br></html>')}--b-1--`))).toBe('malformed_xml')
  })

  test('is read in linear time, whatever it contains', () => {
    const began = process.cpuUsage()
    for (const filling of ['\n--b-1 x', '--b-1', ' ', '\r\n', '\n--b-1\n', '= ']) {
      message(filling.repeat(262_144 / filling.length))
      message(`${part(filling.repeat(250_000 / filling.length), 'Content-Transfer-Encoding: quoted-printable')}--b-1--`)
    }
    expect(process.cpuUsage(began).user / 1e6).toBeLessThan(5)
  })
})

describe('a fault', () => {
  const detail = `<detail><x:faultDetail>${detailId}</x:faultDetail></detail>`

  test.each([200, 500, 502, 404])('is read with HTTP %i, in both versions, with or without headers', (status) => {
    const expected = {
      kind: 'fault',
      fault: {
        code: 'Server.ClientProxy.NetworkError',
        whose: 'service',
        detail: detailId,
        text: expect.any(Sensitive),
      },
    }
    expect(read(envelope(undefined, fault11('s:Server.ClientProxy.NetworkError', detail)), status)).toEqual(expected)
    expect(read(envelope(header(id), fault11('Server.ClientProxy.NetworkError', detail)), status)).toEqual(expected)
    const shape12 = fault12('s:Receiver', 'Server.ClientProxy.NetworkError', detail.replaceAll('detail>', 's:Detail>'))
    expect(read(envelope(undefined, shape12, soap12), status)).toEqual(expected)
  })

  test.each([
    ['Server.ClientProxy.UnknownMember', 'Passport АА123456'],
    ['server.serverproxy.access_denied', 'Passport АА123456'],
    ['Client.InvalidBody', 'Passport АА123456'],
    ['s:Client.InvalidBody', undefined],
    ['Client', undefined],
    ['Server', undefined],
    ['s:Server.Broken', undefined],
    ['BadPassport', undefined],
  ])('of %s keeps only the text of security servers, where nothing prints it', (faultcode, words) => {
    const reading = read(envelope(undefined, fault11(faultcode)))
    if (reading.kind !== 'fault') throw new Error('it is no fault')
    const { text } = reading.fault
    expect(text && reveal(text)).toBe(words)
    expect(JSON.stringify(reading) + inspect(reading, { depth: 9 })).not.toContain('123456')
  })

  test('has one line of text, limited and without control characters', () => {
    const wordsOf = (faultstring: string) => {
      const reading = read(envelope(undefined, fault11('Client.InvalidBody').replace('Passport АА123456', faultstring)))
      return reading.kind === 'fault' && reading.fault.text && reveal(reading.fault.text)
    }
    expect(wordsOf(' Client\n\t&apos;X&apos;\u0085\u202e\u200b not   found ')).toBe("Client 'X' not found")
    expect(wordsOf('ї'.repeat(2_000))).toBe(`${'ї'.repeat(500)}…`)
    expect(wordsOf('')).toBeUndefined()
  })

  test('of SOAP 1.2 keeps its reason', () => {
    const reading = read(envelope(undefined, fault12('s:Sender', 'Client.InvalidBody'), soap12))
    expect(reading.kind === 'fault' && reading.fault.text && reveal(reading.fault.text)).toBe('ні')
  })

  test('reveals nothing of its text, or of a detail that is no UUID', () => {
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

  test('of another request is a service error, not a subject error', () => {
    expect(codeOf(read(envelope(header(detailId), fault11('s:Client'))))).toBe('other_request')
  })

  test('without a code is a service error', () => {
    expect(codeOf(read(envelope(undefined, '<s:Fault/>')))).toBe('fault_without_code')
  })

  test('is not read outside the envelope’s namespace, nor beside something else', () => {
    expect(codeOf(read(answer(id, '<Fault><faultcode>Client</faultcode></Fault>')))).toBe('other_wrapper')
    expect(codeOf(read(envelope(undefined, fault11('Client') + statusBody('0'))))).toBe('not_soap')
  })
})

test('of the other side’s exchange ids only a UUID may be logged', () => {
  expect(asUuid(detailId)).toBe(detailId)
  expect(asUuid('АА123456')).toBeUndefined()
  expect(asUuid('19900101-12345')).toBeUndefined()
  expect(asUuid(undefined)).toBeUndefined()
})
