/** An unrelated SOAP library, and X-Road headers in its form: objects whose keys carry the prefixes of the simulator's WSDL. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import soap, { type Client } from 'soap'

/** An element parsed by the library: text, or children by local name, with attributes apart. */
export type Parsed = string | { readonly [name: string]: Parsed }

const member = { 'id:xRoadInstance': 'SEVDEIR-TEST', 'id:memberClass': 'GOV' }

/** The header of a call in the library's form. */
export function headerOf(serviceCode: string, id: string): object {
  return {
    'xroad:client': {
      attributes: { 'id:objectType': 'SUBSYSTEM' },
      ...member,
      'id:memberCode': '42032422',
      'id:subsystemCode': 'peer',
    },
    'xroad:service': {
      attributes: { 'id:objectType': 'SERVICE' },
      ...member,
      'id:memberCode': '00032684',
      'id:subsystemCode': '20_EIS_prod',
      'id:serviceCode': serviceCode,
    },
    'xroad:userId': 'peer',
    'xroad:id': id,
    'xroad:protocolVersion': '4.0',
  }
}

/** The library's client for a WSDL, with one version of SOAP. */
export function peerClient(wsdl: string, version: '1.1' | '1.2'): Promise<Client> {
  return soap.createClientAsync(wsdl, { forceSoap12Headers: version === '1.2', disableCache: true })
}

/** Calls the only service of the client's WSDL. */
export async function callAsPeer(client: Client, service: string, question: object) {
  const id = crypto.randomUUID()
  client.clearSoapHeaders()
  client.addSoapHeader(headerOf(service, id))
  const method: unknown = client[`${service}Async`]
  if (typeof method !== 'function') throw new Error(`the WSDL has no ${service}`)
  const [result, , header]: [Parsed, string, Parsed] = await method(question)
  return { id, result, header }
}

/** The peer's answer to a question. */
export type Answering = (question: Parsed) => unknown

/** A server of the library for a service's WSDL: it returns the headers that it received. */
export async function startPeerServer(wsdl: string, service: string, version: '1.1' | '1.2', answering: Answering) {
  const http = createServer((_request, response) => response.writeHead(404).end())
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const method = { [service]: answering }
  const server = soap.listen(http, {
    path: '/',
    xml: wsdl,
    forceSoap12Headers: version === '1.2',
    services: { [`${service}Service`]: { [`${service}soapPort`]: method, [`${service}soap12Port`]: method } },
  })
  server.addSoapHeader((_name: string, _question: Parsed, headers: Parsed) => withPrefixes(headers))
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    async close() {
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

/** The received headers, with the WSDL's prefixes in place of the sender's. */
function withPrefixes(headers: Parsed): object {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]: [string, Parsed]) => {
      if (typeof value === 'string') return [`xroad:${name}`, value]
      const { attributes, ...parts } = value
      const type = typeof attributes === 'object' ? Object.values(attributes)[0] : undefined
      const inner = Object.entries(parts).map(([part, text]) => [`id:${part}`, text])
      return [`xroad:${name}`, { attributes: { 'id:objectType': type }, ...Object.fromEntries(inner) }]
    }),
  )
}
