// Rules: spec 3.4.3
import { XmlDocument } from 'libxml2-wasm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SimulatedService, services } from '../../simulator/services/service.ts'
import { type Simulator, startSimulator } from '../../simulator/simulator.ts'
import { faultCode, post } from './messages.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

const namespaces = {
  wsdl: 'http://schemas.xmlsoap.org/wsdl/',
  soap: 'http://schemas.xmlsoap.org/wsdl/soap/',
  soap12: 'http://schemas.xmlsoap.org/wsdl/soap12/',
  xsd: 'http://www.w3.org/2001/XMLSchema',
}
const provider = 'xRoadInstance=SEVDEIR-TEST&memberClass=GOV&memberCode=00032684&subsystemCode=20_EIS_prod'
const PROVIDERS: Readonly<Record<string, string>> = {
  InfoRNOKPPDRFO: provider.replace('00032684', '43005393').replace('20_EIS_prod', 'DRFO_demo'),
  GetDeathArByFullNameAndBirthDate: provider.replace('00032684', '00015622').replace('20_EIS_prod', 'DRACS_demo'),
}
const wsdl = (query: string) => post(`${simulator.url}wsdl?${query}`, '', { method: 'GET' })

describe('the WSDL of a service', () => {
  it.each(Object.values<SimulatedService>(services))(
    '$name is well-formed and names its request, its address and both SOAP versions',
    async ({ name, request, wsdl: own }) => {
      const answer = await wsdl(`${PROVIDERS[name] ?? provider}&serviceCode=${name}`)
      expect(answer).toMatchObject({ status: 200, contentType: 'text/xml;charset=UTF-8' })
      using document = XmlDocument.fromString(answer.text)
      const values = (path: string) => document.find(path, namespaces).map((node) => node.content)
      expect(values(`//xsd:element[@name="${own?.element ?? name}"]//xsd:element/@name`)).toEqual(
        request.map((field) => field.name),
      )
      expect(values('//soap:address/@location')).toEqual([simulator.url])
      expect(values('//soap12:address/@location')).toEqual([simulator.url])
      expect(values('//soap:operation/@soapAction')).toEqual([own?.action ?? `urn:${name}`])
      expect(values('//wsdl:binding[1]/wsdl:operation/wsdl:input/soap:header/@part')).toEqual([
        'client',
        'service',
        'userId',
        'id',
        'protocolVersion',
      ])
    },
  )

  it('imports nothing external', async () => {
    expect((await wsdl('serviceCode=unzr')).text).not.toMatch(/schemaLocation|wsdl:import/)
  })

  it('contains the address at which it was requested; an empty version is ignored', async () => {
    for (const query of ['?wsdl&serviceCode=unzr', 'wsdl?serviceCode=unzr&version=']) {
      expect((await post(`${simulator.url}${query}`, '', { method: 'GET' })).text).toContain('wsdl:definitions')
    }
  })

  it.each([
    'serviceCode=nothing',
    '',
    'serviceCode=unzr&version=v1',
    'serviceCode=unzr&serviceVersion=v1',
    `${provider.replace('GOV', 'COM')}&serviceCode=unzr`,
  ])('that does not exist is a fault: %s', async (query) => {
    const answer = await wsdl(query)
    expect(answer.status).toBe(404)
    expect(faultCode(answer.text)).toBe('Server.ServerProxy.UnknownService')
  })
})
