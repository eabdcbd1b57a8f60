import { createGate } from '../../src/registries/gate.ts'
import { createBreaker } from '../../src/trembita/breaker.ts'
import type { CalledService } from '../../src/trembita/call.ts'
import { createClient } from '../../src/trembita/client.ts'
import { createTemplate, type ServiceDefinition } from '../../src/trembita/envelope.ts'
import { createRetryBudget } from '../../src/trembita/retry-budget.ts'
import { createServers } from '../../src/trembita/servers.ts'
import { createTransport } from '../../src/trembita/transport.ts'
import { trimXml } from '../../src/trembita/xml.ts'

const member = { xRoadInstance: 'SEVDEIR-TEST', memberClass: 'GOV' }
const definition: ServiceDefinition = {
  client: { ...member, memberCode: '42032422', subsystemCode: 'eHealth' },
  service: { ...member, memberCode: '00032684', subsystemCode: '20_EIS_prod', serviceCode: 'CheckPassportStatus' },
  userId: 'example',
  protocolVersion: '4.0',
  soapVersion: '1.2',
  action: 'urn:CheckPassportStatus',
  qualified: true,
  empty: 'omit',
  element: 'CheckPassportStatus',
  answerElement: 'CheckPassportStatusResponse',
}

/** Calls one service of a registry with only the client; returns the text of its PasStatus, or the error. */
export async function askAlone(url: string, number: string): Promise<string> {
  const limits = { timeoutMs: 30_000, maxResponseBytes: 1_048_576, maxConnections: 4 }
  const transport = createTransport({ urls: [url], ...limits, tls: {} })
  const client = createClient({ transport, servers: createServers(1) })
  const service: CalledService<string> = {
    name: 'CheckPassportStatus',
    definition,
    template: createTemplate(definition, ['PassType', 'PasSerial', 'PasNumber']),
    // Only an answer to exactly our request gets here; only its wrapper is left to read.
    read(wrapper) {
      const status = wrapper.children.find(({ local }) => local === 'PasStatus')
      if (status === undefined) return { ok: false, code: 'status_missing', whose: 'service' }
      return { ok: true, value: trimXml(status.text) }
    },
    breaker: createBreaker(),
    budget: createRetryBudget(),
    admission: createGate(4),
  }
  try {
    const result = await client.call(service, ['0101', undefined, number])
    if (result.kind === 'answer') return result.value
    return result.kind === 'technical_error' ? result.code : result.kind
  } finally {
    await transport.close()
  }
}
