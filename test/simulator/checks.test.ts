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

/** What is wrong, and the fault that the platform has for it, in the order of spec 3.4. */
const defects: readonly { what: string; code: string; wrong: Partial<Parts> }[] = [
  { what: 'a DOCTYPE', code: 'Client.InvalidXml', wrong: { prolog: '<!DOCTYPE x>' } },
  {
    what: 'a header field twice',
    code: 'Client.DuplicateHeaderField',
    wrong: { more: '<xro:userId>another</xro:userId>' },
  },
  {
    what: 'a client without objectType',
    code: 'Client.InvalidXml',
    wrong: { client: clientBlock({}, '') },
  },
  {
    what: 'another protocol',
    code: 'Client.InvalidProtocolVersion',
    wrong: { protocolVersion: '<xro:protocolVersion>3.1</xro:protocolVersion>' },
  },
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
  {
    what: 'two children of the body',
    code: 'Client.InvalidBody',
    wrong: { body: `<env:Body>${wrapper}<more/></env:Body>` },
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

describe('a request that is wrong', () => {
  it.each(defects)('with $what gets $code', async ({ code, wrong }) => {
    const answer = await post(simulator.url, invalidPassportQuestion('123456', wrong))
    expect(faultCode(answer.text)).toBe(code)
  })

  it.each(defects.map((_, index) => index))(
    'in several ways gets the fault of the first check that it fails (from check %i on)',
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

  it('gets the fault in its own version of SOAP', async () => {
    const one = await post(simulator.url, 'no XML', { soap: '1.1' })
    expect(one.contentType).toBe('text/xml;charset=UTF-8')
    expect(textOf(one.text, 'faultcode')).toBe('Client.InvalidXml')
    const two = await post(simulator.url, 'no XML', { soap: '1.2' })
    expect(two.contentType).toBe('application/soap+xml;charset=UTF-8')
    expect(two.text).toContain('http://www.w3.org/2003/05/soap-envelope')
    expect(two.text).toMatch(
      /<SOAP-ENV:Value>SOAP-ENV:Sender<\/SOAP-ENV:Value><SOAP-ENV:Subcode><SOAP-ENV:Value>Client.InvalidXml</,
    )
  })

  it('says nothing of what was asked', async () => {
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

  it.each(['PUT', 'DELETE', 'GET'])('must say POST, not %s', async (method) => {
    const answer = await post(simulator.url, question, { method })
    expect(answer.status).toBe(200)
    expect(faultCode(answer.text)).toBe('Client.InvalidHttpMethod')
  })

  it.each(['text/plain', 'application/json', 'multipart/related; boundary=x', 'text/xml; charset=windows-1251'])(
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
  ])('must have an action that is a URI in quotes, if any: %o', async (headers) => {
    const answer = await post(simulator.url, question, { headers })
    expect(faultCode(answer.text)).toBe('Client.InvalidSoapAction')
  })

  it.each<Record<string, string>>([
    { 'content-type': 'text/xml' },
    { 'content-type': 'TEXT/XML; charset="UTF-8"', soapaction: '""' },
    { 'content-type': 'text/xml', soapaction: '"urn:checkunzr"' },
  ])('may be %o', async (headers) => {
    const answer = await post(simulator.url, invalidPassportQuestion('123456', { soap: '1.1' }), { headers })
    expect(textOf(answer.text, 'PasStatus')).toBe('0')
  })
})

describe('the envelope of a request', () => {
  it.each([
    { what: 'not XML', body: 'hello', code: 'Client.InvalidXml' },
    { what: 'cut off', body: invalidPassportQuestion().slice(0, -20), code: 'Client.InvalidXml' },
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
      code: 'Client.InvalidXml',
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

  it('may have a wrapper whose name goes on after the serviceCode', async () => {
    const body = `<env:Body>${wrapper.replaceAll(serviceCode, `${serviceCode}Request`)}</env:Body>`
    expect(textOf((await post(simulator.url, invalidPassportQuestion('1', { body }))).text, 'PasStatus')).toBe('0')
  })
})

describe('members that are named', () => {
  it('are the only ones registered, and of them those denied have no access', async () => {
    const strict = await startSimulator({ clients: ['SEVDEIR-TEST/GOV/42032422/*'], denied: ['*/*/*/denied'] })
    const codeFor = async (fields: Record<string, string>) =>
      faultCode((await post(strict.url, invalidPassportQuestion('1', { client: clientBlock(fields) }))).text)
    expect(await codeFor({})).toBeUndefined()
    expect(await codeFor({ memberCode: '42032423' })).toBe('Server.ClientProxy.UnknownMember')
    expect(await codeFor({ subsystemCode: 'denied' })).toBe('Server.ServerProxy.AccessDenied')
    await strict.close()
  })

  it('must be named in four parts', async () => {
    await expect(startSimulator({ clients: ['GOV/42032422'] })).rejects.toThrow('GOV/42032422')
  })
})
