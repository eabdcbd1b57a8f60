/** Envelopes as a MIS makes them: CMS SignedData with the signer's certificate, with our own keys instead of an authority's. */
import { Integer, ObjectIdentifier, OctetString, PrintableString, Sequence, Set as SetBlock, Utf8String } from 'asn1js'
import {
  AttributeTypeAndValue,
  Certificate,
  ContentInfo,
  EncapsulatedContentInfo,
  Extension,
  IssuerAndSerialNumber,
  SignedData,
  SignerInfo,
} from 'pkijs'

/** The signer. */
export interface TestSigner {
  readonly taxId?: string
  /** Where the certificate has it: an attribute of the subject directory, or the serial number of the subject's name. */
  readonly place?: 'attribute' | 'serial number'
  readonly isStamp?: boolean
  /** The attribute before the tax id. */
  readonly before?: Sequence
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' }
const DRFO = '1.2.804.2.1.1.1.11.1.4.1.1'
const STAMP = '1.2.804.2.1.1.1.3.9'

/** Signs a document; a detached envelope does not contain it. */
export async function envelopeOf(
  content: unknown,
  signers: readonly TestSigner[],
  { isAttached = true }: { readonly isAttached?: boolean } = {},
): Promise<Buffer> {
  const bytes = typeof content === 'string' ? content : JSON.stringify(content)
  const keys = await Promise.all(signers.map((signer, index) => keyOf(signer, index + 1)))
  const encapContentInfo = new EncapsulatedContentInfo({
    eContentType: ContentInfo.DATA,
    ...(isAttached ? { eContent: new OctetString({ valueHex: new TextEncoder().encode(bytes).buffer }) } : {}),
  })
  const signed = new SignedData({
    version: 1,
    encapContentInfo,
    certificates: keys.map(({ certificate }) => certificate),
    signerInfos: keys.map(
      ({ certificate: { issuer, serialNumber } }) =>
        new SignerInfo({ version: 1, sid: new IssuerAndSerialNumber({ issuer, serialNumber }) }),
    ),
  })
  const detached = new TextEncoder().encode(bytes).buffer
  for (const [index, { privateKey }] of keys.entries())
    await signed.sign(privateKey, index, 'SHA-256', isAttached ? undefined : detached)
  const info = new ContentInfo({ contentType: ContentInfo.SIGNED_DATA, content: signed.toSchema(true) })
  return Buffer.from(info.toSchema().toBER())
}

async function keyOf({ taxId, place = 'attribute', isStamp = false, before }: TestSigner, number: number) {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = new Certificate({ version: 2, serialNumber: new Integer({ value: number }) })
  const name = [
    ['2.5.4.3', `Тест ${number}`],
    ...(place === 'attribute' || taxId === undefined ? [] : [['2.5.4.5', `TINUA-${taxId}`]]),
  ]
  for (const [type = '', value = ''] of name) {
    certificate.subject.typesAndValues.push(new AttributeTypeAndValue({ type, value: new Utf8String({ value }) }))
    certificate.issuer.typesAndValues.push(new AttributeTypeAndValue({ type, value: new Utf8String({ value }) }))
  }
  certificate.notBefore.value = new Date('2026-01-01')
  certificate.notAfter.value = new Date('2046-01-01')
  certificate.extensions = [
    ...(place === 'attribute' && taxId !== undefined
      ? [extension('2.5.29.9', [...(before === undefined ? [] : [before]), attribute(DRFO, taxId)])]
      : []),
    ...(isStamp ? [extension('2.5.29.37', [new ObjectIdentifier({ value: STAMP })])] : []),
  ]
  await certificate.subjectPublicKeyInfo.importKey(publicKey)
  await certificate.sign(privateKey, 'SHA-256')
  return { privateKey, certificate }
}

function attribute(type: string, value: string): Sequence {
  const values = new SetBlock({ value: [new PrintableString({ value })] })
  return new Sequence({ value: [new ObjectIdentifier({ value: type }), values] })
}

function extension(extnID: string, value: (Sequence | ObjectIdentifier)[]): Extension {
  return new Extension({ extnID, critical: false, extnValue: new Sequence({ value }).toBER() })
}
