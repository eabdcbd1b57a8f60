// Rules: spec 3.4.1
import { hash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../../simulator/simulator.ts'
import {
  children,
  clientBlock,
  faultCode,
  invalidPassportQuestion,
  message,
  type Parts,
  post,
  serviceBlock,
  textOf,
} from './messages.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const serviceCode = 'CheckPassportDMSStatus'
const wrapper = `<${serviceCode}>${children({ PassType: '0101', PasSerial: 'АА', PasNumber: '123456' })}</${serviceCode}>`

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

/** Defects, and X-Road's fault for each, in X-Road's order. */
const defects: readonly { what: string; code: string; wrong: Partial<Parts> }[] = [
  { what: 'a DOCTYPE', code: 'Client.InvalidSoap', wrong: { prolog: '<!DOCTYPE x>' } },
  { what: 'a client without objectType', code: 'Client.InvalidXml', wrong: { client: clientBlock({}, '') } },
  {
    what: 'a service that says it is a subsystem',
    code: 'Client.InvalidXml',
    wrong: { service: serviceBlock({ serviceCode }, 'iden:objectType="SUBSYSTEM"') },
  },
  {
    what: 'another protocol',
    code: 'Client.InvalidProtocolVersion',
    wrong: { protocolVersion: '<xro:protocolVersion>3.1</xro:protocolVersion>' },
  },
  {
    what: 'a header field twice',
    code: 'Client.DuplicateHeaderField',
    wrong: { more: '<xro:userId>another</xro:userId>' },
  },
  {
    what: 'two children of the body',
    code: 'Client.InvalidBody',
    wrong: { body: `<env:Body>${wrapper}<more/></env:Body>` },
  },
  { what: 'no protocolVersion', code: 'Client.MissingHeaderField', wrong: { protocolVersion: '' } },
  {
    what: 'a client without a member code',
    code: 'Client.MissingHeaderField',
    wrong: { client: clientBlock({ memberCode: '' }) },
  },
  { what: 'no id', code: 'Client.MissingHeaderField', wrong: { id: '' } },
  {
    what: 'a service without a code',
    code: 'Client.MissingHeaderField',
    wrong: { service: serviceBlock({}) },
  },
  { what: 'another wrapper', code: 'Client.InconsistentHeaders', wrong: { body: '<env:Body><other/></env:Body>' } },
  {
    what: 'a client that is not registered',
    code: 'Server.ClientProxy.UnknownMember',
    wrong: { client: clientBlock({ memberCode: '00000000' }) },
  },
  ...[{ xRoadInstance: 'EE' }, { memberClass: 'COM' }, { memberCode: '11111111' }, { subsystemCode: 'elsewhere' }].map(
    (part) => ({
      what: `a provider that is not registered: ${Object.keys(part)}`,
      code: 'Server.ClientProxy.UnknownMember',
      wrong: { service: serviceBlock({ serviceCode, ...part }) },
    }),
  ),
  {
    what: 'a client without access',
    code: 'Server.ServerProxy.AccessDenied',
    wrong: { client: clientBlock({ memberCode: '99999999' }) },
  },
]

describe('an invalid request', () => {
  it.each(defects)('with $what gets $code', async ({ code, wrong }) => {
    const answer = await post(simulator.url, invalidPassportQuestion('123456', wrong))
    expect(faultCode(answer.text)).toBe(code)
  })

  it.each(defects.map((_, index) => index))(
    'with several errors gets the fault of the first failed check (from check %i on)',
    async (first) => {
      const wrong: Partial<Parts> = {}
      for (const defect of defects.slice(first).reverse()) {
        for (const [part, value] of Object.entries(defect.wrong)) Object.assign(wrong, { [part]: value })
      }
      const answer = await post(simulator.url, invalidPassportQuestion('123456', wrong))
      expect(faultCode(answer.text)).toBe(defects[first]?.code)
    },
  )

  it('gets the fault with HTTP 200, a UUID of the server’s log and a transaction id', async () => {
    const answer = await post(simulator.url, 'no XML')
    expect(answer.status).toBe(200)
    expect(textOf(answer.text, 'faultDetail')).toMatch(uuid)
    expect(answer.transactionId).toMatch(uuid)
  })

  it('gets the fault in its own SOAP version', async () => {
    const one = await post(simulator.url, 'no XML', { soap: '1.1' })
    expect(one.contentType).toBe('text/xml;charset=UTF-8')
    expect(textOf(one.text, 'faultcode')).toBe('Client.InvalidSoap')
    const two = await post(simulator.url, 'no XML', { soap: '1.2' })
    expect(two.contentType).toBe('application/soap+xml;charset=UTF-8')
    expect(two.text).toContain('http://www.w3.org/2003/05/soap-envelope')
    expect(two.text).toMatch(
      /<SOAP-ENV:Value>SOAP-ENV:Sender<\/SOAP-ENV:Value><SOAP-ENV:Subcode><SOAP-ENV:Value>Client.InvalidSoap</,
    )
  })

  it('reveals nothing of the question', async () => {
    const answer = await post(
      simulator.url,
      invalidPassportQuestion('654321', { client: clientBlock({ memberCode: '00000000' }) }),
    )
    expect(answer.text).not.toContain('654321')
    expect(JSON.stringify(simulator.state())).not.toContain('654321')
  })
})

describe('the head of a request', () => {
  const question = invalidPassportQuestion()

  it.each(['PUT', 'DELETE', 'GET'])('must use POST, not %s', async (method) => {
    const answer = await post(simulator.url, question, { method })
    expect(answer.status).toBe(200)
    expect(faultCode(answer.text)).toBe('Client.InvalidHttpMethod')
  })

  it.each(['text/plain', 'application/json', 'multipart/mixed; boundary=x', 'text/xml; charset=windows-1251'])(
    'must not have the content type %s',
    async (type) => {
      const answer = await post(simulator.url, question, { headers: { 'content-type': type } })
      expect(faultCode(answer.text)).toBe('Client.InvalidContentType')
    },
  )

  it.each([
    { 'content-type': 'text/xml', soapaction: 'urn:without-quotes' },
    { 'content-type': 'text/xml', soapaction: '"no uri, for it has spaces"' },
    { 'content-type': 'application/soap+xml;action="has spaces"' },
  ])('must have a quoted URI as action, if any: %o', async (headers) => {
    const answer = await post(simulator.url, question, { headers })
    expect(faultCode(answer.text)).toBe('Client.InvalidSoapAction')
  })

  it.each<Record<string, string>>([
    { 'content-type': 'text/xml' },
    { 'content-type': 'TEXT/XML; charset="UTF-8"', soapaction: '""' },
    { 'content-type': 'text/xml;charset=utf8' },
    { 'content-type': 'application/xop+xml; type="text/xml"' },
    { 'content-type': 'text/xml', soapaction: '"urn:checkunzr"' },
  ])('can be %o', async (headers) => {
    const answer = await post(simulator.url, invalidPassportQuestion('123456', { soap: '1.1' }), { headers })
    expect(textOf(answer.text, 'PasStatus')).toBe('0')
  })
})

describe('a multipart message', () => {
  const xml = invalidPassportQuestion('123456', { soap: '1.1' })
  const attachment = '--b\r\nContent-Type: image/png\r\n\r\n\x89PNG --b\r\n'
  const parts = (head: string, end = '\r\n') =>
    `a preamble\r\n--b\r\n${head}\r\n${xml}\r\n${attachment}--b--\r\n`.replaceAll('\r\n', end)
  const ask = (body: string, type = 'multipart/related; type="text/xml"; start="<2>"; boundary="b"') =>
    post(simulator.url, body, { headers: { 'content-type': type } })

  it.each([
    ['text/xml', 'Content-Type: text/xml; charset=UTF-8\r\nContent-ID: <1>\r\n'],
    ['MTOM', 'content-id: <1>\r\nContent-Type: application/xop+xml;\r\n charset=utf-8; type="text/xml"\r\n'],
  ])('is read from its first part, which alone is hashed: %s', async (_, head) => {
    for (const end of ['\r\n', '\n']) {
      const { text, contentType } = await ask(parts(head, end))
      expect([textOf(text, 'PasStatus'), contentType]).toEqual(['0', 'text/xml;charset=UTF-8'])
      expect(textOf(text, 'requestHash')).toBe(hash('sha512', xml, 'base64'))
    }
  })

  it('is SOAP 1.2 if its part’s type says so', async () => {
    const mtom = parts('Content-Type: application/xop+xml; type="application/soap+xml"\r\n')
    const type = 'multipart/related; boundary=b; type="application/xop+xml"; start-info="application/soap+xml"'
    const { text, contentType } = await ask(mtom.replace(xml, invalidPassportQuestion()), type)
    expect([textOf(text, 'PasStatus'), contentType]).toEqual(['0', 'application/soap+xml;charset=UTF-8'])
  })

  it.each([
    ['Client.MimeParsingFailed', parts(''), 'multipart/related'],
    ['Client.MissingSoap', parts(''), 'multipart/related; boundary=other'],
    ['Client.InvalidContentType', parts('Content-ID: <1>\r\n'), undefined],
    ['Client.InvalidContentType', parts('Content-Type: text/plain\r\n'), undefined],
    ['Client.InvalidContentType', parts('Content-Type: text/xml;charset=koi8-u\r\n'), undefined],
    ['Client.InvalidSoap', parts('Content-Type: text/xml\r\n').replace(xml, ''), undefined],
  ])('without a message gets %s', async (code, body, type) => {
    expect(faultCode((await ask(body, type)).text)).toBe(code)
  })
})

describe('an identifier', () => {
  const codeFor = async (wrong: Partial<Parts>) =>
    faultCode((await post(simulator.url, invalidPassportQuestion('1', wrong))).text)
  const member = clientBlock({}, 'iden:objectType="MEMBER"').replace(
    /<iden:subsystemCode>.*?<\/iden:subsystemCode>/,
    '',
  )

  it('of a client can be a member’s without a subsystem, whatever its type says', async () => {
    expect(await codeFor({ client: member })).toBeUndefined()
    expect(await codeFor({ client: member.replace('MEMBER', 'SUBSYSTEM') })).toBeUndefined()
    expect(await codeFor({ client: clientBlock({}, 'iden:objectType="MEMBER"') })).toBeUndefined()
  })

  it('of a service can lack the subsystem too, but nobody offers it', async () => {
    const service = serviceBlock({ serviceCode }).replace(/<iden:subsystemCode>.*?<\/iden:subsystemCode>/, '')
    expect(await codeFor({ service })).toBe('Server.ClientProxy.UnknownMember')
  })

  it.each(['SERVICE', 'SERVER', 'nothing'])('of a client cannot have objectType %s', async (type) => {
    expect(await codeFor({ client: clientBlock({}, `iden:objectType="${type}"`) })).toBe('Client.InvalidXml')
  })

  it('is taken literally: white space makes it different', async () => {
    const client = clientBlock({ xRoadInstance: ' SEVDEIR-TEST' })
    expect(await codeFor({ client })).toBe('Server.ClientProxy.UnknownMember')
    expect(await codeFor({ client: clientBlock({ subsystemCode: ' ' }) })).toBe('Client.MissingHeaderField')
  })
})

describe('the envelope of a request', () => {
  it.each([
    { what: 'empty', body: '', code: 'Client.InvalidSoap' },
    { what: 'not XML', body: 'hello', code: 'Client.InvalidSoap' },
    { what: 'cut off', body: invalidPassportQuestion().slice(0, -20), code: 'Client.InvalidSoap' },
    { what: 'another root', body: '<a/>', code: 'Client.InvalidSoap' },
    { what: 'the other version’s', body: invalidPassportQuestion('1', { soap: '1.1' }), code: 'Client.InvalidSoap' },
    {
      what: 'without a header',
      body: invalidPassportQuestion().replace(/<env:Header>.*<\/env:Header>/, ''),
      code: 'Client.MissingHeader',
    },
    { what: 'without a body', body: invalidPassportQuestion('1', { body: '' }), code: 'Client.MissingBody' },
    {
      what: 'with an empty body',
      body: invalidPassportQuestion('1', { body: '<env:Body/>' }),
      code: 'Client.InvalidBody',
    },
    {
      what: 'without a protocolVersion',
      body: invalidPassportQuestion('1', { protocolVersion: '' }),
      code: 'Client.MissingHeaderField',
    },
    {
      what: 'too large',
      body: invalidPassportQuestion('1', { prolog: ' '.repeat(300_000) }),
      code: 'Client.InvalidSoap',
    },
    {
      what: 'with a version of a service that has none',
      body: invalidPassportQuestion('1', { service: serviceBlock({ serviceCode, serviceVersion: 'v1' }) }),
      code: 'Server.ServerProxy.UnknownService',
    },
    {
      what: 'about an unknown service',
      body: message('CheckEverything', {}),
      code: 'Server.ServerProxy.UnknownService',
    },
  ])('must not be $what', async ({ body, code }) => {
    expect(faultCode((await post(simulator.url, body)).text)).toBe(code)
  })

  it('can have a wrapper whose name continues after the serviceCode', async () => {
    const body = `<env:Body>${wrapper.replaceAll(serviceCode, `${serviceCode}Request`)}</env:Body>`
    expect(textOf((await post(simulator.url, invalidPassportQuestion('1', { body }))).text, 'PasStatus')).toBe('0')
  })
})

describe('configured members', () => {
  it('are the only registered ones, and the denied ones of them have no access', async () => {
    const strict = await startSimulator({ clients: ['SEVDEIR-TEST/GOV/42032422/*'], denied: ['*/*/*/denied'] })
    const codeFor = async (fields: Record<string, string>) =>
      faultCode((await post(strict.url, invalidPassportQuestion('1', { client: clientBlock(fields) }))).text)
    expect(await codeFor({})).toBeUndefined()
    expect(await codeFor({ memberCode: '42032423' })).toBe('Server.ClientProxy.UnknownMember')
    expect(await codeFor({ subsystemCode: 'denied' })).toBe('Server.ServerProxy.AccessDenied')
    await strict.close()
  })

  it('can be members without a subsystem', async () => {
    const strict = await startSimulator({ clients: ['SEVDEIR-TEST/GOV/42032422'] })
    const codeFor = async (client: string) =>
      faultCode((await post(strict.url, invalidPassportQuestion('1', { client }))).text)
    const member = clientBlock({}, 'iden:objectType="MEMBER"')
    expect(await codeFor(member.replace(/<iden:subsystemCode>.*?<\/iden:subsystemCode>/, ''))).toBeUndefined()
    expect(await codeFor(member)).toBe('Server.ClientProxy.UnknownMember')
    await strict.close()
  })

  it('must have three or four parts', async () => {
    await expect(startSimulator({ clients: ['GOV/42032422'] })).rejects.toThrow('GOV/42032422')
  })
})
