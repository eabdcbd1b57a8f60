/** Faults in the platform's format (spec 3.2, 3.4), for both versions of SOAP. */
import { envelopeNamespaces, type SoapVersion } from '../../src/trembita/protocol.ts'
import { escapeXml } from '../../src/trembita/xml-writer.ts'

/** Why the security server (or, with a plain `Client` or `Server`, the registry) refuses the request. */
export interface SoapFault {
  readonly code: string
  readonly message: string
}

/** The content type of each SOAP version. */
export const contentTypes: Readonly<Record<SoapVersion, string>> = {
  '1.1': 'text/xml;charset=UTF-8',
  '1.2': 'application/soap+xml;charset=UTF-8',
}

/** SOAP's own codes in versions 1.1 and 1.2. */
const plainCodes: ReadonlyMap<string, Readonly<Record<SoapVersion, string>>> = new Map([
  ...['Client', 'Sender'].map((name) => [name, { '1.1': 'Client', '1.2': 'Sender' }] as const),
  ...['Server', 'Receiver'].map((name) => [name, { '1.1': 'Server', '1.2': 'Receiver' }] as const),
  ...['VersionMismatch', 'MustUnderstand'].map((name) => [name, { '1.1': name, '1.2': name }] as const),
])

/** A complete message with the fault. `detail` is the UUID under which the security server's log has it. */
export function faultEnvelope(soap: SoapVersion, fault: SoapFault, detail: string | undefined): string {
  const body = soap === '1.1' ? fault11(fault, detail) : fault12(fault, detail)
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    `<SOAP-ENV:Envelope xmlns:SOAP-ENV="${envelopeNamespaces[soap]}"><SOAP-ENV:Body>${body}</SOAP-ENV:Body></SOAP-ENV:Envelope>`
  )
}

function fault11({ code, message }: SoapFault, detail: string | undefined): string {
  const plain = plainCodes.get(code)
  const name = plain === undefined ? code : `SOAP-ENV:${plain['1.1']}`
  return (
    `<SOAP-ENV:Fault><faultcode>${escapeXml(name)}</faultcode><faultstring>${escapeXml(message)}</faultstring>` +
    `<faultactor></faultactor>${detail === undefined ? '' : `<detail>${faultDetail(detail)}</detail>`}</SOAP-ENV:Fault>`
  )
}

function fault12({ code, message }: SoapFault, detail: string | undefined): string {
  const plain = plainCodes.get(code)
  const value = plain?.['1.2'] ?? (/^client\b/i.test(code) ? 'Sender' : 'Receiver')
  const subcode =
    plain === undefined
      ? `<SOAP-ENV:Subcode><SOAP-ENV:Value>${escapeXml(code)}</SOAP-ENV:Value></SOAP-ENV:Subcode>`
      : ''
  return (
    `<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:${value}</SOAP-ENV:Value>${subcode}</SOAP-ENV:Code>` +
    `<SOAP-ENV:Reason><SOAP-ENV:Text xml:lang="en">${escapeXml(message)}</SOAP-ENV:Text></SOAP-ENV:Reason>` +
    `${detail === undefined ? '' : `<SOAP-ENV:Detail>${faultDetail(detail)}</SOAP-ENV:Detail>`}</SOAP-ENV:Fault>`
  )
}

function faultDetail(detail: string): string {
  return `<faultDetail xmlns="">${detail}</faultDetail>`
}
