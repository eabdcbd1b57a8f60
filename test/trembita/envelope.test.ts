// Rules: spec 3.1.1, 3.1.2
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTemplate } from '../../src/trembita/envelope.ts'
import { headerXml } from '../../src/trembita/protocol.ts'
import { readXml, type XmlElement } from '../../src/trembita/xml.ts'
import { isXmlText } from '../../src/trembita/xml-writer.ts'
import { code, definition, soap11, soap12 } from './support/messages.ts'

const children = ['PassType', 'PasSerial', 'PasNumber']

function parse(message: string | undefined): XmlElement {
  const result = readXml(message ?? '')
  if (!result.ok) throw new Error(result.code)
  return result.root
}

const bodyOf = (message: string | undefined) => parse(message).children[1]?.children[0]

describe('a request', () => {
  test('is compact, and its header is in the protocol’s order', () => {
    const message = createTemplate(definition, children).write('the-id', ['0101', 'АА', '123456'])
    expect(message).toBe(
      '<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" xmlns:xro="http://x-road.eu/xsd/xroad.xsd" xmlns:iden="http://x-road.eu/xsd/identifiers">' +
        '<env:Header><xro:client iden:objectType="SUBSYSTEM"><iden:xRoadInstance>SEVDEIR-TEST</iden:xRoadInstance><iden:memberClass>GOV</iden:memberClass>' +
        '<iden:memberCode>42032422</iden:memberCode><iden:subsystemCode>zvirka</iden:subsystemCode></xro:client>' +
        '<xro:service iden:objectType="SERVICE"><iden:xRoadInstance>SEVDEIR-TEST</iden:xRoadInstance><iden:memberClass>GOV</iden:memberClass>' +
        '<iden:memberCode>00032684</iden:memberCode><iden:subsystemCode>20_EIS_prod</iden:subsystemCode><iden:serviceCode>CheckPassportDMSStatus</iden:serviceCode></xro:service>' +
        '<xro:userId>tester</xro:userId><xro:id>the-id</xro:id><xro:protocolVersion>4.0</xro:protocolVersion></env:Header>' +
        '<env:Body><CheckPassportDMSStatus><PassType>0101</PassType><PasSerial>АА</PasSerial><PasNumber>123456</PasNumber></CheckPassportDMSStatus></env:Body></env:Envelope>',
    )
  })

  test('has the same header as the simulator’s', () => {
    const message = createTemplate(definition, children).write('the-id', [])
    expect(message).toContain(headerXml({ ...definition, id: 'the-id' }))
  })

  test('names the version of the service if it has one', () => {
    const versioned = { ...definition, service: { ...definition.service, serviceVersion: 'v1' } }
    expect(createTemplate(versioned, children).write('x', [])).toContain(
      '</iden:serviceCode><iden:serviceVersion>v1</iden:serviceVersion>',
    )
  })

  test('of SOAP 1.2 has the action in its content type, of SOAP 1.1 in a header', () => {
    expect(createTemplate({ ...definition, action: 'urn:checkunzr' }, children).headers).toEqual([
      'content-type',
      'application/soap+xml;charset=UTF-8;action="urn:checkunzr"',
    ])
    const old = createTemplate({ ...definition, soapVersion: '1.1', action: 'urn:x' }, children)
    expect(old.headers).toEqual(['content-type', 'text/xml; charset=utf-8', 'SOAPAction', '"urn:x"'])
    expect(parse(old.write('x', [])).namespace).toBe(soap11)
    expect(parse(createTemplate(definition, children).write('x', [])).namespace).toBe(soap12)
  })

  test.each([
    [true, 'urn:mvs'],
    [false, ''],
  ])('with qualified %s has its children in the namespace "%s"', (qualified, expected) => {
    const body = bodyOf(
      createTemplate({ ...definition, namespace: 'urn:mvs', qualified }, children).write('x', ['a', 'b', 'c']),
    )
    expect([body?.namespace, body?.local]).toEqual(['urn:mvs', code])
    expect(body?.children.map(({ namespace, local, text }) => [namespace, local, text])).toEqual([
      [expected, 'PassType', 'a'],
      [expected, 'PasSerial', 'b'],
      [expected, 'PasNumber', 'c'],
    ])
  })

  test('omits an absent value, or sends it empty', () => {
    const values = ['0101', undefined, '123456789']
    const names = (empty: 'omit' | 'element') =>
      bodyOf(createTemplate({ ...definition, empty }, children).write('x', values))?.children.map(({ local }) => local)
    expect(names('omit')).toEqual(['PassType', 'PasNumber'])
    expect(names('element')).toEqual(children)
  })

  test('carries any text unchanged, or is not written at all', () => {
    const template = createTemplate(definition, children)
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const message = template.write('x', [text])
        if (isXmlText(text)) expect(bodyOf(message)?.children[0]?.text).toBe(text)
        else expect(message).toBeUndefined()
      }),
      { numRuns: 1_000 },
    )
    expect(template.write('x', ['\u0000'])).toBeUndefined()
  })

  test('cannot be prepared with a code or an action that would change its structure', () => {
    const named = (element: string) => () => createTemplate({ ...definition, element }, children)
    expect(named('a><b')).toThrow(/cannot be an element/)
    expect(named('')).toThrow(/cannot be an element/)
    expect(() => createTemplate({ ...definition, action: 'a"b' }, children)).toThrow(/action/)
    expect(() => createTemplate({ ...definition, action: 'a\r\nb' }, children)).toThrow(/action/)
  })
})
